"""PIPE007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import targets_a_pipeline
from shipway.model.alerts import EventTarget

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE007",
    name="pipeline-target-without-role",
    family=Family.INTEGRATION,
    title="Rule has a pipeline as target, and no role to start it with",
    severity=Severity.ERROR,
    subject=EventTarget,
    since="0.1",
    rationale="A pipeline has no resource policy: EventBridge can start it only as a role. Without RoleArn "
    "the target is refused when the stack is created.",
    remediation="Give the target a RoleArn of a role that trusts events.amazonaws.com and may "
    "codepipeline:StartPipelineExecution on the pipeline.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release  # <-
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def pipeline_target_without_role(target: EventTarget, graph: PipelineGraph) -> Findings:
    """Whatever the target's ARN looks like otherwise."""
    if target.role is None and targets_a_pipeline(target, graph):
        yield Finding(
            target.at("RoleArn"), f"target {target.logical_id} starts a pipeline and has no RoleArn"
        )
