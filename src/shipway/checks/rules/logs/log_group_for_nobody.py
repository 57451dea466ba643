"""LOG010."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.function import Function
from shipway.model.logs import LogGroup
from shipway.model.project import Project
from shipway.model.service import Container
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Services that write to a group by its name alone.
_BY_NAME = re.compile(
    r"/aws/(rds|eks|apigateway|vpc|vendedlogs|ecs/containerinsights|events|waf|route53|docdb|neptune"
    r"|elasticbeanstalk|opensearch|aes|msk|sagemaker|glue|batch|codedeploy)"
    r"|/aws-glue|aws-waf-logs-|API-Gateway-Execution"
)
# What reads a group, or grants access to it, does not write to it.
_READERS = (
    "AWS::IAM::",
    "AWS::KMS::",
    "AWS::CloudWatch::",
    "AWS::Logs::",
    "AWS::SSM::Parameter",
)
# Written to by what is named so, which is looked at, or by nobody (CodePipeline).
_OWN = ("/aws/codebuild/", "/aws/lambda/", "/aws/codepipeline/")
_TELLING = 6  # characters of a name that are found elsewhere by no accident


@rule(
    id="LOG010",
    name="log-group-for-nobody",
    family=Family.LOGS,
    title="Nobody writes to the log group",
    severity=Severity.WARNING,
    subject=LogGroup,
    since="0.1",
    rationale="A group under another name than its writer's stays empty, while the writer makes one "
    "of its own, without retention. CodePipeline writes no logs at all.",
    remediation="Name the group in the writer's log configuration with !Ref; for a pipeline's "
    "history, send its events to the group with an EventBridge rule.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups- "
    "and-streams.html",
    bad="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/codebuild/helo  # <-
      RetentionInDays: 30
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
""",
    good="""
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /aws/codebuild/hello
      RetentionInDays: 30
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
""",
)
def log_group_for_nobody(group: LogGroup, graph: PipelineGraph) -> Findings:
    """A part of the name in any other resource, such as in a buildspec's commands, counts as a writer."""
    name = text_of(group.name)
    first = str(name.parts[0]) if name.parts else ""
    if group.name is None or _BY_NAME.match(first) or _has_a_writer(group, graph):
        return
    needle = "" if first.startswith(_OWN) else max(name.literals, key=len, default="").strip("/-_")
    for each in graph.resources:
        if each is group or each.cfn_type.startswith(_READERS):
            continue
        for _, value in each.properties.walk():
            text = text_of(value)
            if any(
                token.kind is TokenKind.RESOURCE
                and (token.stack, token.name) == (group.stack, group.logical_id)
                for token in text.tokens
            ):
                return
            if len(needle) >= _TELLING and (needle in text or needle in str(text.filled())):
                return
    yield Finding(
        group.at("LogGroupName"), f"{group.said} ({name}) is written to by nobody", Confidence.MEDIUM
    )


def _has_a_writer(group: LogGroup, graph: PipelineGraph) -> bool:
    return any(
        graph.log_group_of(each) is group
        for writers in (graph.all(Project), graph.all(Function), graph.all(Container))
        for each in writers
    )
