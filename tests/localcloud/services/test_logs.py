"""A log group as the target of a rule: lines arrive where a resource policy lets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

GROUP = "/history/events"


@pytest.fixture
def put_event(cloud: Any) -> Iterator[Callable[[str], None]]:
    """A rule that sends events of one source to a log group; gives what puts such an event."""
    logs, events = cloud.client("logs"), cloud.client("events")
    logs.create_log_group(logGroupName=GROUP)
    events.put_rule(Name="to-logs", EventPattern=json.dumps({"source": ["my.app"]}))
    arn = f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{GROUP}"
    events.put_targets(Rule="to-logs", Targets=[{"Id": "logs", "Arn": arn}])

    def put(detail: str) -> None:
        events.put_events(
            Entries=[{"Source": "my.app", "DetailType": "told", "Detail": json.dumps({"it": detail})}]
        )

    yield put
    events.remove_targets(Rule="to-logs", Ids=["logs"])
    events.delete_rule(Name="to-logs")
    logs.delete_log_group(logGroupName=GROUP)


def lines(cloud: Any) -> list[str]:
    events = cloud.client("logs").filter_log_events(logGroupName=GROUP)["events"]
    return [json.loads(event["message"])["detail"]["it"] for event in events]


def test_event_becomes_a_line_once_a_policy_admits_eventbridge(cloud, put_event, eventually) -> None:
    dropped = f"event to arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{GROUP}"
    put_event("before")
    eventually(lambda: any(entry["what"] == dropped for entry in cloud.control("ledger")["entries"]))
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": f"arn:aws:logs:{cloud.region}:{cloud.account}:log-group:{GROUP}:*",
            }
        ],
    }
    logs = cloud.client("logs")
    logs.put_resource_policy(policyName="history", policyDocument=json.dumps(policy))

    put_event("after")

    eventually(lambda: lines(cloud))
    logs.delete_resource_policy(policyName="history")
    assert lines(cloud) == ["after"]


def test_target_that_nobody_can_invoke_is_listed(cloud, eventually) -> None:
    events = cloud.client("events")
    events.put_rule(Name="to-kinesis", EventPattern=json.dumps({"source": ["other.app"]}))
    arn = f"arn:aws:firehose:{cloud.region}:{cloud.account}:deliverystream/x"
    events.put_targets(
        Rule="to-kinesis", Targets=[{"Id": "x", "Arn": arn, "RoleArn": "arn:aws:iam::1:role/r"}]
    )

    events.put_events(Entries=[{"Source": "other.app", "DetailType": "told", "Detail": "{}"}])

    def listed() -> bool:
        entries = cloud.control("ledger")["entries"]
        return any((e["what"], e["where"]) == ("EventBridge target firehose", "to-kinesis") for e in entries)

    eventually(listed)
    events.remove_targets(Rule="to-kinesis", Ids=["x"])
    events.delete_rule(Name="to-kinesis")
