"""ALERT001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import Topic

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT001",
    name="topic-without-subscription",
    family=Family.ALERTS,
    title="Topic has no subscription",
    severity=Severity.WARNING,
    subject=Topic,
    since="0.1",
    rationale="What is published there reaches nobody, and SNS does not say so.",
    remediation="Add an AWS::SNS::Subscription, and a parameter for its address.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html",
    bad="""
Resources:
  Alerts:  # <-
    Type: AWS::SNS::Topic
""",
    good="""
Resources:
  Alerts:
    Type: AWS::SNS::Topic
  Mail:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Alerts, Protocol: email, Endpoint: ops@example.com}
""",
)
def topic_without_subscription(topic: Topic, graph: PipelineGraph) -> Findings:
    """Somebody may have subscribed by hand; the template does not show it."""
    where = topic.at("Subscription")
    if topic.subscriptions or graph.subscriptions_of(topic) or _has_a_chat(topic, graph):
        return
    if topic.subscriptions.rest is not None:
        yield Undetermined(where, topic.subscriptions.rest.reason)
        return
    yield Finding(where, f"{topic.said} has no subscription: nobody is told", Confidence.MEDIUM)


def _has_a_chat(topic: Topic, graph: PipelineGraph) -> bool:
    """Whether a chat channel, or a custom resource, takes what is published: they subscribe by themselves."""
    return any(
        each.cfn_type.startswith(("AWS::Chatbot::", "Custom::", "AWS::CloudFormation::CustomResource"))
        and each.stack == topic.stack
        and topic.logical_id in each.properties.references()
        for each in graph.resources
    )
