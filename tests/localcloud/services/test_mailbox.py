"""Email subscriptions: confirmed by link, delivered to the mailbox, kept out where a policy says so."""

from __future__ import annotations

import json
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

import pytest

SUBJECT = "AWS Notification Message"


@pytest.fixture
def topic(cloud: Any) -> tuple[str, str]:
    """A topic's ARN and an address that nobody else uses."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    arn: str = cloud.client("sns").create_topic(Name=name)["TopicArn"]
    return arn, f"{name}@example.org"


@pytest.fixture
def mails(cloud: Any) -> Callable[[str], list[dict[str, str]]]:
    def to(address: str) -> list[dict[str, str]]:
        return [mail for mail in cloud.control("mailbox")["messages"] if mail["to"] == address]

    return to


def confirm(mail: dict[str, str]) -> None:
    with urllib.request.urlopen(mail["confirm_url"]) as answer:
        assert answer.status == 200


def test_a_subscription_is_pending_until_its_link_is_opened(
    cloud: Any, topic: tuple[str, str], mails: Any
) -> None:
    arn, address = topic
    sns = cloud.client("sns")
    answer = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
    assert answer["SubscriptionArn"] == "pending confirmation"
    listed = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert [each["SubscriptionArn"] for each in listed] == ["PendingConfirmation"]
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["SubscriptionsPending"] == "1"
    sns.publish(TopicArn=arn, Message="too early")
    (mail,) = mails(address)
    assert (mail["kind"], mail["from"]) == ("confirmation", "no-reply@sns.amazonaws.com")
    assert mail["topic_arn"] == arn

    confirm(mail)

    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription["SubscriptionArn"])[
        "Attributes"
    ]
    assert attributes["PendingConfirmation"] == "false"
    sns.publish(TopicArn=arn, Message="hello")
    sns.publish(TopicArn=arn, Message="again", Subject="Greeting")
    _, first, second = mails(address)
    assert (first["kind"], first["subject"]) == ("notification", SUBJECT)
    assert first["body"].startswith("hello\n")
    assert "Action=Unsubscribe" in first["body"]
    assert second["subject"] == "Greeting"


def test_the_arn_of_a_pending_subscription_can_be_asked_for(cloud: Any, topic: tuple[str, str]) -> None:
    arn, address = topic
    sns = cloud.client("sns")
    answer = sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address, ReturnSubscriptionArn=True)
    attributes = sns.get_subscription_attributes(SubscriptionArn=answer["SubscriptionArn"])["Attributes"]
    assert attributes["PendingConfirmation"] == "true"


def test_json_mails_and_filters(cloud: Any, topic: tuple[str, str], mails: Any) -> None:
    arn, address = topic
    sns = cloud.client("sns")
    sns.subscribe(
        TopicArn=arn,
        Protocol="email-json",
        Endpoint=address,
        Attributes={"FilterPolicy": json.dumps({"kind": ["wanted"]})},
    )
    confirm(mails(address)[0])
    for kind in ("other", "wanted"):
        attribute = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=arn, Message=kind, MessageAttributes=attribute)
    (mail,) = mails(address)[1:]
    assert json.loads(mail["body"].split("\n\n--")[0])["Message"] == "wanted"


@pytest.fixture
def stack(cloud: Any) -> Callable[..., str]:
    def create(resources: dict[str, Any]) -> str:
        name = f"mail-{uuid.uuid4().hex[:8]}"
        cloudformation = cloud.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 0.1})
        return name

    return create


def test_subscriptions_of_templates_are_pending_too(cloud: Any, mails: Any, stack: Any) -> None:
    inline, standalone = (f"{uuid.uuid4().hex[:8]}@example.org" for _ in range(2))
    stack(
        {
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"Subscription": [{"Protocol": "email", "Endpoint": inline}]},
            },
            "Alone": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": "email", "Endpoint": standalone},
            },
        }
    )
    for address in (inline, standalone):
        (mail,) = mails(address)
        confirm(mail)
        cloud.client("sns").publish(TopicArn=mail["topic_arn"], Message="m")
        assert len(mails(address)) >= 2


ADMITTING = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": "*",
}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
OTHER_SERVICE = {**ADMITTING, "Principal": {"Service": "cloudwatch.amazonaws.com"}}
OTHER_RULE = {**ADMITTING, "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:events:us-east-1:1:rule/x"}}}


@pytest.mark.parametrize(
    ("statements", "arrives"),
    [
        ([ADMITTING], True),
        ([ADMITTING, TLS_ONLY], True),
        ([TLS_ONLY], False),
        ([OTHER_SERVICE], False),
        ([OTHER_RULE], False),
        (None, False),
    ],
)
def test_eventbridge_publishes_only_where_the_policy_lets_it(  # noqa: PLR0917 - fixtures and parameters
    cloud: Any,
    topic: tuple[str, str],
    mails: Any,
    eventually: Any,
    statements: list[dict[str, Any]] | None,
    arrives: bool,  # noqa: FBT001 - a table
) -> None:
    arn, address = topic
    sns, events = cloud.client("sns"), cloud.client("events")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
    confirm(mails(address)[0])
    if statements is not None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    rule = address.partition("@")[0]
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "t", "Arn": arn}])
    events.put_events(Entries=[{"Source": rule, "DetailType": "d", "Detail": "{}"}])
    if arrives:
        mail = eventually(lambda: mails(address)[1:])[0]
        assert mail["subject"] == SUBJECT  # EventBridge sets none
        assert json.loads(mail["body"].split("\n\n--")[0])["source"] == rule
        return

    def said() -> list[Any]:
        entries = cloud.control("ledger")["entries"]
        return [entry for entry in entries if entry["what"] == f"SNS topic policy of {arn}"]

    (entry,) = eventually(said)
    assert "events.amazonaws.com may not publish" in entry["detail"]
    assert len(mails(address)) == 1


@pytest.mark.parametrize(("statement", "arrives"), [(None, True), (OTHER_SERVICE, True), (ADMITTING, False)])
def test_alarms_publish_only_where_the_policy_lets_them(  # noqa: PLR0917 - fixtures and parameters
    cloud: Any,
    topic: tuple[str, str],
    mails: Any,
    eventually: Any,
    statement: dict[str, Any] | None,
    arrives: bool,  # noqa: FBT001 - a table
) -> None:
    arn, address = topic
    sns, alarms = cloud.client("sns"), cloud.client("cloudwatch")
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)
    confirm(mails(address)[0])
    if statement is not None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    name = address.partition("@")[0]
    alarms.put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[arn],
    )
    alarms.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
    if arrives:
        assert name in eventually(lambda: mails(address)[1:])[0]["subject"]
        return
    entries = cloud.control("ledger")["entries"]
    assert f"SNS topic policy of {arn}" in {entry["what"] for entry in entries}
    assert len(mails(address)) == 1
