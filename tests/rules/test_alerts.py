"""Where the rules on alerts end: what they must not call wrong, and what they cannot tell."""

from __future__ import annotations

import pytest

from shipway.checks.examples import check_example
from shipway.checks.finding import Severity
from shipway.checks.registry import rule_named

PIPELINE = "Resources:\n  Release: {Type: AWS::CodePipeline::Pipeline, Properties: {Name: hello}}\n"
RULE = """  Tell:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline], detail: %s}
      Targets: [{Id: a, Arn: %s}]
"""
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts"


def messages(rule: str, template: str) -> list[str]:
    outcome = check_example(rule_named(rule), template)
    assert not outcome.crashes
    return [each.message for each in outcome.findings]


def severities(rule: str, template: str) -> list[Severity]:
    return [each.severity for each in check_example(rule_named(rule), template).findings]


@pytest.mark.parametrize(
    ("detail", "target", "told"),
    [
        ("{state: [FAILED], pipeline: [!Ref Release]}", TOPIC, True),
        ("{state: [FAILED], pipeline: [hello]}", TOPIC, True),
        ("{state: [{anything-but: [STARTED]}]}", TOPIC, True),
        ("{state: [SUCCEEDED]}", TOPIC, False),
        ("{state: [FAILED], pipeline: [other]}", TOPIC, False),
        ("{state: [FAILED]}", "arn:aws:logs:eu-west-1:111122223333:log-group:history", False),
    ],
)
def test_a_pipeline_is_told_of_by_what_reaches_somebody(detail: str, target: str, *, told: bool) -> None:
    assert (messages("ALERT002", PIPELINE + RULE % (detail, target)) == []) is told


def test_an_alarm_on_failed_executions_tells_too() -> None:
    alarm = """  Failures:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/CodePipeline
      MetricName: FailedPipelineExecutions
      Dimensions: [{Name: PipelineName, Value: !Ref Release}]
      AlarmActions: [%s]
"""
    assert messages("ALERT002", PIPELINE + alarm % TOPIC) == []
    assert messages("ALERT002", PIPELINE + alarm % "")


@pytest.mark.parametrize(
    ("states", "severity"),
    [
        ("[FAILED, STOPPED]", []),
        ("[FAILED, FAILURE]", [Severity.WARNING]),
        ("[Failed]", [Severity.ERROR]),
    ],
)
def test_a_word_among_right_ones_is_milder(states: str, severity: list[Severity]) -> None:
    assert severities("ALERT004", PIPELINE + RULE % (f"{{state: {states}}}", TOPIC)) == severity


def test_a_rule_that_publishes_by_a_role_needs_no_topic_policy() -> None:
    template = """
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  Tell:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codebuild]}
      Targets: [{Id: a, Arn: !Ref Alerts, RoleArn: "arn:aws:iam::111122223333:role/tell"}]
"""
    assert messages("ALERT006", template) == []


def test_alarms_publish_without_a_policy_and_not_past_one() -> None:
    alarm = """
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  Busy: {Type: AWS::CloudWatch::Alarm, Properties: {MetricName: a, AlarmActions: [!Ref Alerts]}}
"""
    policy = """
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Alerts]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: "sns:*", Resource: "*"}
"""
    assert messages("ALERT006", alarm) == []
    assert "cloudwatch.amazonaws.com" in messages("ALERT006", alarm + policy)[0]


@pytest.mark.parametrize(
    ("metric", "severity"),
    [
        ("UnHealthyHostCount", []),
        ("UnhealthyHostCount", [Severity.ERROR]),
        ("RunningTaskCount", [Severity.ERROR]),
        ("BrandNewMetric", [Severity.WARNING]),
    ],
)
def test_a_metric_that_nobody_knows_may_be_new(metric: str, severity: list[Severity]) -> None:
    template = f"""
Resources:
  A: {{Type: AWS::CloudWatch::Alarm, Properties: {{Namespace: AWS/ApplicationELB, MetricName: {metric}}}}}
"""
    assert severities("ALERT008", template) == severity


def test_a_metric_of_ones_own_is_no_finding() -> None:
    template = "Resources: {A: {Type: AWS::CloudWatch::Alarm, Properties: {Namespace: Hello, MetricName: x}}}"
    assert messages("ALERT008", template) == []


@pytest.mark.parametrize(
    "user",
    [
        "{Type: AWS::CodeDeploy::DeploymentGroup, Properties: {AlarmConfiguration: {Alarms: [Name: busy]}}}",
        "{Type: AWS::CloudWatch::CompositeAlarm, Properties: {AlarmRule: 'ALARM(\"busy\")'}}",
        "{Type: AWS::ECS::Service, Properties: {DeploymentConfiguration: {Alarms: {AlarmNames: [!Ref A]}}}}",
    ],
)
def test_an_alarm_that_somebody_watches_needs_no_action(user: str) -> None:
    template = (
        "Resources:\n  A: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: busy, MetricName: x}}\n"
    )
    assert messages("ALERT010", template)
    assert messages("ALERT010", f"{template}  B: {user}\n") == []


def test_a_list_of_actions_that_cannot_be_seen_is_undetermined() -> None:
    template = """
Parameters: {Given: {Type: CommaDelimitedList}}
Resources:
  A: {Type: AWS::CloudWatch::Alarm, Properties: {MetricName: x, AlarmActions: !Ref Given}}
"""
    outcome = check_example(rule_named("ALERT010"), template)
    assert not outcome.findings
    assert len(outcome.undetermined) == 1


def test_a_notification_rule_tells_of_an_approval() -> None:
    template = """
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Wait
          Actions:
            - {Name: A, ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}}
  Tell:
    Type: AWS::CodeStarNotifications::NotificationRule
    Properties:
      Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}
      EventTypeIds: [codepipeline-pipeline-%s]
      Targets: [{TargetType: SNS, TargetAddress: "arn:aws:sns:eu-west-1:111122223333:alerts"}]
"""
    assert messages("ALERT012", template % "manual-approval-needed") == []
    assert messages("ALERT012", template % "pipeline-execution-failed")


def test_a_topic_that_a_program_gets_has_a_publisher() -> None:
    template = """
Resources:
  Alerts: {Type: AWS::SNS::Topic}
  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {TOPIC: !Ref Alerts}}}}
"""
    assert messages("ALERT005", template) == []
