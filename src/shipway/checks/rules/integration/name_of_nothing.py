"""PIPE020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.graph import Edge
from shipway.model.node import Relation
from shipway.model.value import Cause, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ASKED = frozenset({Relation.BUILDS_WITH, Relation.DEPLOYS_TO, Relation.DEPLOYS_WITH})
_KINDS = frozenset({"Project", "Service", "Cluster", "Application", "DeploymentGroup"})


@rule(
    id="PIPE020",
    name="name-of-nothing",
    family=Family.INTEGRATION,
    title="Name of a project, a service or a deployment group that no template declares",
    severity=Severity.WARNING,
    subject=Edge,
    since="0.1",
    rationale="CloudFormation does not check names inside a pipeline's configuration. A name that points at "
    "nothing deploys, and fails when the action runs.",
    remediation="Refer to the resource with Ref or Fn::GetAtt; give the template that declares it in the "
    "same call when it stands in another stack.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties: {Name: hello-build}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration:
                ProjectName: hello-biuld  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties: {Name: hello-build}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration:
                ProjectName: hello-build
""",
)
def name_of_nothing(edge: Edge, graph: PipelineGraph) -> Findings:
    """Only where the templates declare others of the kind: else the whole kind stands elsewhere."""
    target = edge.target
    if edge.relation not in _ASKED or not _KINDS.intersection(edge.kinds):
        return
    if not isinstance(target, Unresolved) or target.cause is not Cause.OUTSIDE:
        return
    if any(type(resource).__name__ in edge.kinds for resource in graph.resources):
        yield Finding(
            edge.location,
            f"{target.text} is the name of no {edge.kinds[0].lower()} in the given templates",
            Confidence.MEDIUM,
        )
