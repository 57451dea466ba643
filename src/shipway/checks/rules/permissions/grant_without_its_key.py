"""IAM019."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import listed
from shipway.model.graph import PipelineGraph
from shipway.permissions.encrypted import key_gaps
from shipway.permissions.mend import Mend
from shipway.permissions.needs import needs_of


@rule(
    id="IAM019",
    name="grant-without-its-key",
    family=Family.PERMISSIONS,
    title="Role may use an encrypted resource, and not its key",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="SNS, SQS, S3, Kinesis and Secrets Manager use a customer key in the name of the caller: "
    "without permission on the key every call is denied.",
    remediation="Grant kms:Decrypt, and for writing kms:GenerateDataKey, on the key.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
    bad="""
Resources:
  Key:
    Type: AWS::KMS::Key
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Key}
  Tell:  # <-
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: tell
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: sns:Publish, Resource: !Ref Topic}
""",
    good="""
Resources:
  Key:
    Type: AWS::KMS::Key
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Key}
  Tell:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: tell
          PolicyDocument:
            Statement:
              - {Effect: Allow, Action: sns:Publish, Resource: !Ref Topic}
              - {Effect: Allow, Action: [kms:Decrypt, kms:GenerateDataKey], Resource: !GetAtt Key.Arn}
""",
)
def grant_without_its_key(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """Calls that are foreseen are missing permissions already."""
    needs = needs_of(graph)
    names = needs.access.names
    for gap in key_gaps(graph, needs):
        statement = Mend(gap.key_actions, (names.pasteable(gap.key),))
        yield Finding(
            gap.role.location,
            f"{gap.role.said} may call {gap.action} on {gap.resource.cfn_type} "
            f"{gap.resource.logical_id}, but not {listed(gap.key_actions)} on its key {names.show(gap.key)}",
            remedy=f"Add to {gap.role.said} {statement.as_json}; in CDK: {statement.as_cdk}",
            about=gap.resource.logical_id,
        )
