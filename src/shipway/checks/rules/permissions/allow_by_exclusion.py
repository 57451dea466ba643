"""IAM022."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder, listed, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.policy import Effect


@rule(
    id="IAM022",
    name="allow-by-exclusion",
    family=Family.PERMISSIONS,
    title="Statement allows everything but what it names",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="NotAction and NotResource with Effect Allow grant all else there is, and all that AWS "
    "will add.",
    remediation="List what is allowed. To take something away from a wider grant, write a Deny.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            NotAction: iam:*  # <-
            Resource: "*"
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Deny
            NotAction: iam:*
            Resource: "*"
""",
)
def allow_by_exclusion(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """In a Deny both are useful."""
    for granted in grants_in(graph):
        statement = granted.statement
        if statement.effect is not Effect.ALLOW:
            continue
        for name, element in (("NotAction", statement.action), ("NotResource", statement.resource)):
            if element is not None and element.negated:
                left_out = listed(show(text, graph) for text in element.texts)
                yield Finding(
                    granted.location.at(name), f"{holder(granted)} may do everything but {left_out}"
                )
