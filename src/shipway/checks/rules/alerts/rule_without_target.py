"""ALERT003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventRule

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT003",
    name="rule-without-target",
    family=Family.ALERTS,
    title="Event rule has no target",
    severity=Severity.ERROR,
    subject=EventRule,
    since="0.1",
    rationale="The rule matches events and does nothing with them.",
    remediation="Add the topic, function or pipeline under Targets.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html",
    bad="""
Resources:
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: []  # <-
""",
    good="""
Resources:
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets:
        - {Id: alerts, Arn: !Ref Alerts}
  Alerts:
    Type: AWS::SNS::Topic
""",
)
def rule_without_target(rule_: EventRule, _graph: PipelineGraph) -> Findings:
    """A list that cannot be seen may hold one."""
    if rule_.targets:
        return
    if rule_.targets.rest is not None:
        yield Undetermined(rule_.at("Targets"), rule_.targets.rest.reason)
        return
    yield Finding(rule_.at("Targets"), f"{rule_.said} has no target: what it matches reaches nobody")
