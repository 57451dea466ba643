"""ALERT010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import Alarm
from shipway.model.text import TokenKind
from shipway.model.value import Known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.text import Text

# What shows an alarm, or grants access to it, does not act on it.
_BYSTANDERS = ("AWS::IAM::", "AWS::CloudWatch::Dashboard")


@rule(
    id="ALERT010",
    name="alarm-without-action",
    family=Family.ALERTS,
    title="Alarm does nothing when it fires",
    severity=Severity.WARNING,
    subject=Alarm,
    since="0.1",
    rationale="It turns red in a console that nobody looks at: nobody is told, and nothing is rolled back.",
    remediation="Name a topic under AlarmActions, or the alarm in the deployment group's AlarmConfiguration.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html",
    bad="""
Resources:
  Busy:  # <-
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/ECS, MetricName: CPUUtilization}
""",
    good="""
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  Busy:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/ECS, MetricName: CPUUtilization, AlarmActions: [!Ref Alerts]}
""",
)
def alarm_without_action(alarm: Alarm, graph: PipelineGraph) -> Findings:
    """An alarm that a deployment, a scaling policy or another alarm names is theirs."""
    where = alarm.at("AlarmActions")
    if alarm.actions_enabled == Known(value=False) and alarm.actions:
        yield Finding(alarm.at("ActionsEnabled"), f"the actions of {alarm.said} are switched off")
        return
    name = text_of(alarm.name).filled()
    if alarm.actions or any(_names(each, alarm, name) for each in graph.resources):
        return
    if alarm.actions.rest is not None:
        yield Undetermined(where, alarm.actions.rest.reason)
        return
    acts = [key for key in ("OKActions", "InsufficientDataActions") if alarm.properties.texts(key)]
    yield Finding(
        where,
        f"{alarm.said} has no AlarmActions{f' but {acts[0]}' if acts else ''}, and no deployment watches it",
        Confidence.MEDIUM,
    )


def _names(other: Resource, alarm: Alarm, name: Text) -> bool:
    """Whether another resource makes use of the alarm."""
    if other is alarm or other.cfn_type.startswith(_BYSTANDERS):
        return False
    if alarm.logical_id not in other.properties.references() and not name.parts:
        return False
    quoted = f'"{name.literal}"' if name.literal else ""
    for _, value in other.properties.walk():
        text = text_of(value)
        if any(
            token.kind is TokenKind.RESOURCE and (token.stack, token.name) == (alarm.stack, alarm.logical_id)
            for token in text.tokens
        ):
            return True
        if name.parts and (text.filled() == name or (quoted and quoted in text)):
            return True
    return False
