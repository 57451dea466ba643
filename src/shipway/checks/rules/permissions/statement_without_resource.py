"""IAM018."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder
from shipway.model.graph import PipelineGraph


@rule(
    id="IAM018",
    name="statement-without-resource",
    family=Family.PERMISSIONS,
    title="Statement of a role has no Resource",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="IAM refuses the policy as malformed, and the deployment fails. It happens unseen where a "
    "condition leaves AWS::NoValue behind.",
    remediation="Put the condition around the whole statement, or name a resource in both cases.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    bad="""
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Tell:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow  # <-
            Action: sns:Publish
            Resource: !If [Prod, !Ref Topic, !Ref AWS::NoValue]
""",
    good="""
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Tell:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - !If
            - Prod
            - Effect: Allow
              Action: sns:Publish
              Resource: !Ref Topic
            - !Ref AWS::NoValue
          - Effect: Allow
            Action: ecr:GetAuthorizationToken
            Resource: "*"
""",
)
def statement_without_resource(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """An empty list is none either."""
    for granted in grants_in(graph):
        source = granted.statement.source
        if not isinstance(source, dict):
            continue
        if source.get("Resource", []) == [] and source.get("NotResource", []) == []:
            yield Finding(
                granted.location,
                f"{holder(granted)} has a statement without Resource: {granted.statement.shown}",
            )
