"""ALERT005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import Topic
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource

# What only guards a topic, or listens to it, does not publish there.
_BYSTANDERS = ("AWS::IAM::", "AWS::SNS::", "AWS::KMS::", "AWS::Chatbot::")


@rule(
    id="ALERT005",
    name="topic-without-publisher",
    family=Family.ALERTS,
    title="Nobody publishes to the topic",
    severity=Severity.WARNING,
    subject=Topic,
    since="0.1",
    rationale="People confirm their subscription, trust that they are told, and are not: no rule, alarm or "
    "approval names the topic.",
    remediation="Name it as the target of the event rule on failures, in the alarms' AlarmActions, or in the "
    "approval's NotificationArn.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-event-sources.html",
    bad="""
Resources:
  Alerts:  # <-
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: email, Endpoint: team@example.org}]}
""",
    good="""
Resources:
  Alerts:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: email, Endpoint: team@example.org}]}
  Failures:
    Type: AWS::CloudWatch::Alarm
    Properties: {Namespace: AWS/CodeBuild, MetricName: FailedBuilds, AlarmActions: [!Ref Alerts]}
""",
)
def topic_without_publisher(topic: Topic, graph: PipelineGraph) -> Findings:
    """Whoever names it, by reference or by name, may publish; so may another stack that imports it."""
    if graph.publishers_of(topic) or _is_exported(topic, graph):
        return
    if any(_may_publish(each, topic) for each in graph.resources):
        return
    yield Finding(
        topic.location,
        f"no rule, alarm, approval or program in the given templates publishes to {topic.said}",
        Confidence.MEDIUM,
    )


def _is_exported(topic: Topic, graph: PipelineGraph) -> bool:
    return any(
        output.export is not None and _is(token.kind, token.stack, token.name, topic)
        for stack in graph.stacks
        for output in stack.outputs
        for token in text_of(output.value).tokens
    )


def _is(kind: TokenKind, stack: str, name: str, topic: Topic) -> bool:
    return kind is TokenKind.RESOURCE and (stack, name) == (topic.stack, topic.logical_id)


def _may_publish(other: Resource, topic: Topic) -> bool:
    if other is topic or other.cfn_type.startswith(_BYSTANDERS):
        return False
    if other.stack == topic.stack and topic.logical_id in other.properties.references():
        return True
    name = text_of(topic.name).filled().literal
    return name is not None and any(
        name in text_of(value).filled() for _, value in other.properties.walk() if name in str(text_of(value))
    )
