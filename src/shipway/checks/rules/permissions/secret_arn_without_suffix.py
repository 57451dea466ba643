"""IAM015."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, holder, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.futile import Flaw


@rule(
    id="IAM015",
    name="secret-arn-without-suffix",
    family=Family.PERMISSIONS,
    title="ARN of a secret lacks the end that Secrets Manager adds",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="A secret's ARN ends in a hyphen and six random characters. Without them, or ?????? in "
    "their place, the ARN matches nothing.",
    remediation="Take the ARN of the secret itself (Ref), or end it in -??????.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: secretsmanager:GetSecretValue
            Resource: !Sub arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:docker-hub  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: secretsmanager:GetSecretValue
            Resource: !Sub arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:docker-hub-??????
""",
)
def secret_arn_without_suffix(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """Only where the end of the ARN can be seen."""
    for granted, part in futile_of(graph, Flaw.NO_SECRET_SUFFIX):
        yield Finding(
            place(granted, "Resource", part.text),
            f"{holder(granted)} is granted actions on {show(part.text, graph)}: {part.flaw.value}",
        )
