"""LOG012."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.function import Function
from shipway.model.graph import PipelineGraph
from shipway.model.logs import LogGroup
from shipway.model.project import Project
from shipway.model.service import Container
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.location import Location
    from shipway.model.value import Value

_REFUSED = re.compile(r"[^.\-_/#A-Za-z0-9]")
_ARN = "arn:"


@rule(
    id="LOG012",
    name="refused-log-group-name",
    family=Family.LOGS,
    title="Name of a log group that CloudWatch Logs refuses",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="A name may hold letters, digits and . - _ / # only. A folded block scalar (`!Sub >`) "
    "ends with a line end: such a group can neither be made nor written to.",
    remediation="Write the name on one line, or use `>-`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGr oup.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      LogsConfig:
        CloudWatchLogs:
          GroupName: !Sub >  # <-
            /aws/codebuild/${AWS::StackName}
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      LogsConfig:
        CloudWatchLogs:
          GroupName: !Sub /aws/codebuild/${AWS::StackName}
""",
)
def refused_log_group_name(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """A blank in the name of a declared group is told with the other names; here it is the writers'."""
    for project in graph.all(Project):
        where = project.at("LogsConfig", "CloudWatchLogs", "GroupName")
        yield from _name(where, project.said, project.log_group)
    for function in graph.all(Function):
        yield from _name(function.at("LoggingConfig", "LogGroup"), function.said, function.log_group)
    for container in graph.all(Container):
        if known(container.log_driver) == "awslogs":
            said = f"container {text_of(container.name)} of {container.logical_id}"
            where = container.at("LogConfiguration", "Options", "awslogs-group")
            yield from _name(where, said, container.log_group)
    for group in graph.all(LogGroup):
        if not any(character.isspace() for part in text_of(group.name).literals for character in part):
            yield from _name(group.at("LogGroupName"), group.said, group.name)


def _name(where: Location, said: str, name: Value[str] | None) -> Findings:
    text = text_of(name).filled()
    if str(text).startswith(_ARN):
        return
    refused = next((found for part in text.literals if (found := _REFUSED.search(part))), None)
    if refused is not None:
        yield Finding(where, f"{said} names log group {str(text)!r}, which must not hold {refused.group()!r}")
