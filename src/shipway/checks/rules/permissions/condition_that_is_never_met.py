"""IAM017."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, holder, listed
from shipway.model.graph import PipelineGraph
from shipway.permissions.futile import Flaw


@rule(
    id="IAM017",
    name="condition-that-is-never-met",
    family=Family.PERMISSIONS,
    title="Statement asks for a condition key that its calls never carry",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A key that is absent makes the condition false, so the statement grants nothing.",
    remediation="Use the keys that the action has, or an operator that ends in IfExists.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ecs:RegisterTaskDefinition
            Resource: "*"
            Condition:
              StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: iam:PassRole
            Resource: "*"
            Condition:
              StringEquals: {iam:PassedToService: ecs-tasks.amazonaws.com}
""",
)
def condition_that_is_never_met(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """Global keys are carried by every call, as far as anybody knows."""
    for granted, part in futile_of(graph, Flaw.NO_SUCH_KEY):
        operator = next(each.operator for each in granted.statement.conditions if each.key == part.text)
        yield Finding(
            granted.location.at("Condition", operator, part.text),
            f"{holder(granted)} is granted {listed(part.actions)} on condition of {part.text}, "
            f"but {part.flaw.value}",
        )
