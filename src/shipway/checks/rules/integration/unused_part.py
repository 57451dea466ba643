"""PIPE012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.function import Function
from shipway.model.graph import PipelineGraph
from shipway.model.node import Relation
from shipway.model.project import Buildspec, Project
from shipway.model.release import DeploymentGroup
from shipway.model.source import CodeRepository
from shipway.model.value import Cause, Unresolved, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.resource import Resource

_KEY = {
    "Project": "ProjectName",
    "DeploymentGroup": "DeploymentGroupName",
    "CodeRepository": "RepositoryName",
}
_ASKED = (Project, DeploymentGroup, CodeRepository)
_CALLS = {
    "Project": ("aws codebuild start-build", "start_build", "startBuild", "StartBuild"),
    "DeploymentGroup": ("aws deploy ", "create_deployment", "createDeployment", "CreateDeployment"),
    "CodeRepository": ("git clone", "git-codecommit", "codecommit::"),
}
# What only grants, logs, tells or watches does not make use of a part.
_BYSTANDERS = ("AWS::IAM::", "AWS::Logs::", "AWS::CloudWatch::", "AWS::CodeStarNotifications::", "AWS::KMS::")


@rule(
    id="PIPE012",
    name="unused-part",
    family=Family.INTEGRATION,
    title="Part of a pipeline that no pipeline uses",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A build project, a deployment group or a repository that no action names is deployed, "
    "paid for "
    "and never run. Usually the action that should use it uses something else.",
    remediation="Name it in an action of the pipeline, or delete it.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference.html",
    bad="""
Resources:
  Group:  # <-
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration: {ClusterName: hello, ServiceName: hello}
""",
    good="""
Resources:
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: hello
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              Configuration: {ApplicationName: hello, DeploymentGroupName: !Ref Group}
""",
)
def unused_part(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """Only beside a pipeline that can be seen whole: without one, another stack has it."""
    pipelines = graph.pipelines
    if not pipelines or not all(each.complete for each in pipelines):
        return
    for kind in _ASKED:
        idle = [each for each in graph.all(kind) if _is_idle(each, graph)]
        if not idle or _may_be_named_unseen(kind.__name__, graph):
            continue
        named = {name for part in idle for name in _referring(part, graph)}
        for part in idle:
            if part.logical_id not in named:
                yield Finding(
                    part.location,
                    f"{part.said} is used by no action of {', '.join(each.said for each in pipelines)}",
                    Confidence.MEDIUM,
                )


def _is_idle(part: Resource, graph: PipelineGraph) -> bool:
    if isinstance(part, Project) and (part.has_webhook or known(part.source_type) != "CODEPIPELINE"):
        return False  # it is started by a push, or by hand
    uses = [edge for edge in graph.edges_to(part) if edge.relation is not Relation.WATCHES]
    return not uses


def _may_be_named_unseen(kind: str, graph: PipelineGraph) -> bool:
    """Whether an action names one that cannot be seen, or a program may start one by itself."""
    for pipeline in graph.pipelines:
        for action in pipeline.actions:
            value = action.configuration.get(_KEY[kind])
            if not action.configuration_seen or (
                isinstance(value, Unresolved) and value.cause in {Cause.PARAMETER, Cause.UNSUPPORTED}
            ):
                return True
    texts = [each.text for each in graph.all(Buildspec)]
    texts += [str(text_of(each.code)) for each in graph.all(Function)]
    return any(call in text for call in _CALLS[kind] for text in texts)


def _referring(part: Resource, graph: PipelineGraph) -> Iterator[str]:
    """The logical id of the part, if a resource refers to it in words that the vocabulary lacks."""
    for resource in graph.resources:
        if resource is part or resource.cfn_type.startswith(_BYSTANDERS) or isinstance(resource, _ASKED):
            continue
        if part.logical_id not in resource.properties.references():
            continue
        for _, value in resource.properties.walk():
            tokens = text_of(value).tokens
            if any(token.name == part.logical_id and token.stack == part.stack for token in tokens):
                yield part.logical_id
                return
