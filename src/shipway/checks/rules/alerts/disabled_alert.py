"""ALERT017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventRule
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT017",
    name="disabled-alert",
    family=Family.ALERTS,
    title="Event rule is switched off",
    severity=Severity.WARNING,
    subject=EventRule,
    since="0.1",
    rationale="The rule is there, and so is its target; nothing ever reaches it.",
    remediation="Set State to ENABLED, or leave it out.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html",
    bad="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      State: DISABLED  # <-
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
    good="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      State: ENABLED
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def disabled_alert(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """A rule that starts a pipeline is a trigger, and not an alert."""
    if known(event_rule.state) != "DISABLED" or event_rule.pattern is None:
        return
    if any(graph.targets(target, Relation.NOTIFIES, Pipeline) for target in event_rule.targets):
        return
    yield Finding(event_rule.at("State"), f"{event_rule.said} is switched off")
