"""PIPE002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import is_disabled, pipelines_started_by
from shipway.model.alerts import EventRule
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.pipeline import Pipeline


@rule(
    id="PIPE002",
    name="disabled-trigger",
    family=Family.INTEGRATION,
    title="Rule that starts the pipeline is disabled",
    severity=Severity.WARNING,
    subject=EventRule,
    since="0.1",
    rationale="A disabled rule matches nothing. A pipeline whose source does not poll then never starts.",
    remediation="Set State to ENABLED, or delete the rule.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-delete-rule.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      State: DISABLED  # <-
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
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
      State: ENABLED
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def disabled_trigger(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """Worse when the pipeline has nothing else that starts it."""
    if not is_disabled(event_rule):
        return
    for pipeline in pipelines_started_by(event_rule, graph):
        yield Finding(
            event_rule.at("State"),
            f"{event_rule.said} starts {pipeline.said} and is DISABLED",
            severity=Severity.ERROR if _is_its_only_start(pipeline, graph) else None,
        )


def _is_its_only_start(pipeline: Pipeline, graph: PipelineGraph) -> bool:
    rules = graph.rules_that_start(pipeline)
    return (
        all(is_disabled(each) for each in rules)
        and not graph.webhooks_of(pipeline)
        and not pipeline.triggers
        and bool(pipeline.sources)
        and all(
            (known(each.configuration.get("PollForSourceChanges")) or "").lower() == "false"
            for each in pipeline.sources
        )
    )
