"""PIPE006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventTarget
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_SERVICE = ":codepipeline:"


@rule(
    id="PIPE006",
    name="target-that-is-no-pipeline-arn",
    family=Family.INTEGRATION,
    title="Target of a rule is not the ARN of a pipeline",
    severity=Severity.ERROR,
    subject=EventTarget,
    since="0.1",
    rationale="Ref of a pipeline is its name, and its ARN ends with the name alone, without `pipeline/`. "
    "EventBridge refuses a name, and an ARN with `pipeline/` means a pipeline that does not exist.",
    remediation="Write !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html",
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
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:pipeline/${Release}"  # <-
          RoleArn: arn:aws:iam::111111111111:role/start
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
def target_that_is_no_pipeline_arn(target: EventTarget, graph: PipelineGraph) -> Findings:
    """The name where an ARN belongs, and the part that other services' ARNs have."""
    text = text_of(target.arn).filled()
    if text.sole is not None:
        if text.sole.attribute == "" and graph.targets(target, Relation.NOTIFIES, Pipeline):
            yield Finding(target.at("Arn"), f"{text} is the name of the pipeline, and a target takes its ARN")
    elif _SERVICE in str(text) and ":pipeline/" in str(text):
        yield Finding(
            target.at("Arn"), f"{text} has `pipeline/` before the name, which no pipeline's ARN has"
        )
