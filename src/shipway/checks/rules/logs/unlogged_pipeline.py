"""LOG011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup
from shipway.model.pipeline import Pipeline
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG011",
    name="unlogged-pipeline",
    family=Family.LOGS,
    title="Nothing keeps what a pipeline did",
    severity=Severity.INFO,
    subject=Pipeline,
    since="0.1",
    rationale="CodePipeline writes no log. Who approved, what failed and when is in its console "
    "only, and after twelve months nowhere.",
    remediation="Send the pipeline's events to a log group: an AWS::Events::Rule on aws.codepipeline "
    "with the log group as target, and an AWS::Logs::ResourcePolicy for it.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes- "
    "cloudwatch-events.html",
    bad="""
Resources:
  Delivery:  # <-
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages: []
""",
    good="""
Resources:
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages: []
  History:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /hello/delivery, RetentionInDays: 30}
  Events:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets:
        - {Id: history, Arn: !GetAtt History.Arn}
""",
)
def unlogged_pipeline(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """Which of several pipelines a rule means is not asked."""
    for events in graph.rules_on("aws.codepipeline"):
        for target in events.targets:
            found = graph.find(target.arn, LogGroup)
            if isinstance(found, LogGroup) or ":log-group:" in text_of(target.arn):
                return
    yield Finding(pipeline.location, f"the history of {pipeline.said} is kept in no log group")
