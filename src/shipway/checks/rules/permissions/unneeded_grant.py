"""IAM011."""

from __future__ import annotations

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import holder, listed, made_by_cdk
from shipway.model.graph import PipelineGraph
from shipway.permissions.needs import needs_of
from shipway.permissions.unneeded import unneeded_grants


@rule(
    id="IAM011",
    name="unneeded-grant",
    family=Family.PERMISSIONS,
    title="Role is granted what nothing in the pipeline calls",
    severity=Severity.INFO,
    subject=PipelineGraph,
    since="0.1",
    rationale="What is not needed only serves whoever gets into the role. CDK's own grants are wider "
    "than the calls behind them.",
    remediation="Take the action away; `shipway permissions --format policy` writes the smallest policy.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""
Resources:
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [codepipeline:StartPipelineExecution, codepipeline:DeletePipeline]  # <-
                Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
  Push:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
          RoleArn: !GetAtt Start.Arn
""",
    good="""
Resources:
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: codepipeline:StartPipelineExecution
                Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
  Push:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
          RoleArn: !GetAtt Start.Arn
""",
)
def unneeded_grant(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """One finding per statement."""
    for unneeded in unneeded_grants(graph, needs_of(graph)):
        granted = unneeded.granted
        doubtful = made_by_cdk(granted) or not unneeded.certain
        yield Finding(
            granted.location.at("Action"),
            f"{holder(granted)} is granted {listed(unneeded.actions)}, which nothing in the pipeline calls",
            Confidence.LOW if doubtful else Confidence.MEDIUM,
        )
