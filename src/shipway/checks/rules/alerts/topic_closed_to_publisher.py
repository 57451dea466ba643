"""ALERT006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._publishers import PRINCIPALS, admits, publishing_services
from shipway.model.alerts import Topic

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="ALERT006",
    name="topic-closed-to-publisher",
    family=Family.ALERTS,
    title="Topic does not let its publisher publish",
    severity=Severity.ERROR,
    subject=Topic,
    since="0.1",
    rationale="Without a policy of its own a topic takes messages from principals of its account, and of the "
    "services only from CloudWatch alarms. EventBridge and notification rules are refused, silently; and "
    "once there is a policy, it must name CloudWatch, too.",
    remediation="Add an AWS::SNS::TopicPolicy that allows the service sns:Publish: events.amazonaws.com, "
    "codestar-notifications.amazonaws.com, cloudwatch.amazonaws.com.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
    bad="""
Resources:
  Alerts:  # <-
    Type: AWS::SNS::Topic
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
    good="""
Resources:
  Alerts:
    Type: AWS::SNS::Topic
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Alerts]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Alerts
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def topic_closed_to_publisher(topic: Topic, graph: PipelineGraph) -> Findings:
    """A policy may hang on the topic in another stack; a statement that cannot be seen may be the one."""
    policies = graph.policies_of(topic)
    statements = [each for policy in policies for each in policy.document.statements]
    if any(not policy.document.statements.complete for policy in policies):
        return
    for service, publishers in publishing_services(topic, graph).items():
        if service == "cloudwatch" and not policies:
            continue
        if not admits(statements, service, "sns:publish"):
            yield Finding(
                topic.location,
                f"{topic.said} {'has a policy that does not let' if policies else 'has no policy that lets'} "
                f"{PRINCIPALS[service]} publish: {publishers[0].said} reaches nobody",
                Confidence.HIGH if policies else Confidence.MEDIUM,
                about=service,
            )
