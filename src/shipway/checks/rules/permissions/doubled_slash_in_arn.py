"""IAM014."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, granted_elsewhere, holder, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.futile import Flaw


@rule(
    id="IAM014",
    name="doubled-slash-in-arn",
    family=Family.PERMISSIONS,
    title="ARN in a policy has a doubled slash",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="It matches nothing. A parameter named /app/x has the ARN ...:parameter/app/x; written "
    "behind parameter/ its own slash is doubled, and the build may not read it.",
    remediation="Leave one slash out. In CDK, put simple_name=False where a name with slashes is only "
    "known at deployment.",
    source="https://github.com/aws/aws-cdk/issues/26990",
    bad="""
Resources:
  Token:
    Type: AWS::SSM::Parameter
    Properties: {Name: /app/dev/token, Type: String, Value: none}
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ssm:GetParameters
            Resource: !Sub arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Token}  # <-
""",
    good="""
Resources:
  Token:
    Type: AWS::SSM::Parameter
    Properties: {Name: /app/dev/token, Type: String, Value: none}
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ssm:GetParameters
            Resource: !Sub arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Token}
""",
)
def doubled_slash_in_arn(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """Nothing fails where another statement grants the call."""
    for granted, part in futile_of(graph, Flaw.DOUBLE_SLASH):
        yield Finding(
            place(granted, "Resource", part.text),
            f"{holder(granted)} is granted actions on {show(part.text, graph)}, which matches nothing: "
            f"{part.flaw.value}",
            severity=Severity.WARNING if granted_elsewhere(granted, graph) else None,
        )
