"""IAM012."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, holder, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.catalogue import closest_action
from shipway.permissions.futile import Flaw


@rule(
    id="IAM012",
    name="invented-action",
    family=Family.PERMISSIONS,
    title="Statement grants an action that does not exist",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="IAM takes any name and never complains; what was meant is denied at run time.",
    remediation="Look the action up in the service authorization reference.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action:
              - ecr:PushImage  # <-
              - deploy:CreateDeployment  # <-
            Resource: "*"
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action:
              - ecr:PutImage
              - codedeploy:CreateDeployment
            Resource: "*"
""",
)
def invented_action(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """A pattern that no action fits counts as one."""
    for granted, part in futile_of(graph, Flaw.NO_SUCH_SERVICE, Flaw.NO_SUCH_ACTION):
        close = closest_action(part.text)
        yield Finding(
            place(granted, "Action", part.text),
            f"{holder(granted)} is granted {show(part.text, graph)}, but {part.flaw.value}",
            remedy=f"Perhaps {close} is meant." if close else "",
        )
