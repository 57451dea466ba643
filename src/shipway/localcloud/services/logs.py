"""A log group as the target of an EventBridge rule: each event becomes a line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from shipway.localcloud.kernel import EventTarget, Service
from shipway.localcloud.ledger import Fidelity
from shipway.permissions.authorize import authorize, gather_policies
from shipway.permissions.decision import Verdict
from shipway.permissions.principal import Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

_PUBLISHERS = (Principal.of("events.amazonaws.com"), Principal.of("delivery.logs.amazonaws.com"))


class Logs(Service):
    """Delivers events to log groups, where a resource policy of CloudWatch Logs admits EventBridge.

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """

    def event_targets(self) -> Mapping[str, EventTarget]:
        """Ministack does not know log groups as targets."""
        return {"logs": self._deliver}

    def _deliver(self, target: Mapping[str, Any], payload: str, /) -> None:
        arn = str(target["Arn"]).removesuffix(":*")
        client = self.kernel.clients.client("logs")
        if not _admits(client, arn):
            self.kernel.ledger.note(
                Fidelity.EMULATED,
                f"event to {arn}",
                "dropped: no resource policy of CloudWatch Logs lets EventBridge write there",
            )
            return
        group, stream = arn.split(":", 6)[6], str(uuid4())
        try:
            client.create_log_stream(logGroupName=group, logStreamName=stream)
            line = {"timestamp": int(time.time() * 1000), "message": payload}
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[line])
        except ClientError as error:
            # The group may go with its stack while the last events are still under way.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise


def _admits(client: Any, group_arn: str) -> bool:
    described = client.describe_resource_policies()["resourcePolicies"]
    policies = gather_policies(
        resource={str(policy["policyName"]): policy["policyDocument"] for policy in described}
    )
    stream = f"{group_arn}:log-stream:events"
    return any(
        authorize(publisher, "logs:PutLogEvents", stream, policies).verdict is Verdict.ALLOW
        for publisher in _PUBLISHERS
    )
