"""The seams of ministack's SNS: email subscriptions, and whom a topic's policy lets publish.

Like those in `emulator.py`, none of these names is promised; `tests/localcloud/services/test_mailbox.py`
holds each by what it does.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EMAIL = frozenset({"email", "email-json"})
# What AWS answers in place of the ARN of a subscription that is not confirmed.
_SHOWN_FOR_PENDING = {
    "_subscribe": "pending confirmation",
    "_list_subscriptions": "PendingConfirmation",
    "_list_subscriptions_by_topic": "PendingConfirmation",
}
_DEFAULT_POLICY = "__default_policy_ID"


class Pending(Protocol):
    """Told of an email subscription that waits for its confirmation."""

    def __call__(self, *, topic_arn: str, endpoint: str, token: str) -> None:
        """Ask the address to confirm."""


class Publication(Protocol):
    """Told of a message for a confirmed email subscription."""

    def __call__(
        self, *, topic_arn: str, endpoint: str, subscription_arn: str, subject: str, body: str
    ) -> None:
        """Send it."""


def hold_email_subscriptions(pending: Pending) -> None:
    """Leave email subscriptions unconfirmed, however they are made; ministack confirms them itself."""
    from ministack.services import sns  # noqa: PLC0415
    from ministack.services.cloudformation import provisioners as cfn  # noqa: PLC0415

    def hold_new_ones() -> None:
        for topic in sns._topics.values():  # noqa: SLF001 - seam
            for sub in topic["subscriptions"]:
                if sub["protocol"] in _EMAIL and not sub.get("held"):
                    sub.update(held=True, confirmed=False, token=secrets.token_hex(64))
                    sub["attributes"].update(_attributes_of_pending(sub))
                    pending(topic_arn=topic["arn"], endpoint=sub["endpoint"], token=sub["token"])
            sns._refresh_subscription_counts(topic)  # noqa: SLF001 - seam

    def then_hold(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            answer = call(*args, **options)
            hold_new_ones()
            return answer

        return run

    for type_name in ("AWS::SNS::Topic", "AWS::SNS::Subscription"):
        handler = cfn._RESOURCE_HANDLERS[type_name]  # noqa: SLF001 - seam
        handler.update({verb: then_hold(handler[verb]) for verb in ("create", "update")})
    sns._subscribe = then_hold(sns._subscribe)  # noqa: SLF001 - seam
    for name, shown in _SHOWN_FOR_PENDING.items():
        setattr(sns, name, _hiding_pending_arns(getattr(sns, name), shown))


def _attributes_of_pending(sub: Mapping[str, Any]) -> dict[str, str]:
    return {
        "RawMessageDelivery": "false",
        **sub["attributes"],
        "SubscriptionArn": sub["arn"],
        "TopicArn": sub["topic_arn"],
        "Protocol": sub["protocol"],
        "Endpoint": sub["endpoint"],
        "Owner": sub["owner"],
        "ConfirmationWasAuthenticated": "false",
        "PendingConfirmation": "true",
    }


def _hiding_pending_arns(call: Callable[..., Any], shown: str) -> Callable[..., Any]:
    from ministack.services import sns  # noqa: PLC0415

    def run(params: dict[str, Any]) -> Any:
        status, headers, body = call(params)
        if sns._p(params, "ReturnSubscriptionArn") != "true":  # noqa: SLF001 - seam
            for topic in sns._topics.values():  # noqa: SLF001 - seam
                for sub in topic["subscriptions"]:
                    if sub.get("held") and not sub["confirmed"]:
                        body = body.replace(f">{sub['arn']}<".encode(), f">{shown}<".encode())
        return status, headers, body

    return run


def deliver_emails(publication: Publication) -> None:
    """Hand on what is published to confirmed email subscriptions; ministack only logs it."""
    from ministack.services import sns  # noqa: PLC0415

    fan_out = sns._fanout  # noqa: SLF001 - seam

    def fan_out_to_emails(  # noqa: PLR0917 - ministack's signature
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str,
        message_structure: str = "",
        message_attributes: dict[str, Any] | None = None,
        **rest: Any,
    ) -> None:
        fan_out(topic_arn, msg_id, message, subject, message_structure, message_attributes, **rest)
        attributes = message_attributes or {}
        topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001 - seam
        for sub in topic["subscriptions"] if topic else ():
            if sub["protocol"] not in _EMAIL or not sub["confirmed"]:
                continue
            text = sns._resolve_message_for_protocol(message, message_structure, sub["protocol"])  # noqa: SLF001
            if not sns._matches_filter_policy(sub, attributes, text):  # noqa: SLF001 - seam
                continue
            if sub["protocol"] == "email-json":
                text = sns._build_envelope(topic_arn, msg_id, text, subject, attributes, raw=False)  # noqa: SLF001
            publication(
                topic_arn=topic_arn,
                endpoint=sub["endpoint"],
                subscription_arn=sub["arn"],
                subject=subject,
                body=text,
            )

    sns._fanout = fan_out_to_emails  # noqa: SLF001 - seam


class Denied(Protocol):
    """Told of a message that a topic's policy kept out."""

    def __call__(self, *, topic_arn: str, service: str, source_arn: str) -> None:
        """Say so."""


def enforce_topic_policies(denied: Denied) -> None:
    """Let EventBridge and CloudWatch publish only where the topic's policy lets them; ministack asks none."""
    from ministack.services import cloudwatch, eventbridge, sns  # noqa: PLC0415

    def admitted(topic_arn: str, service: str, source_arn: str) -> bool:
        if _admits(topic_arn, service, source_arn):
            return True
        denied(topic_arn=topic_arn, service=service, source_arn=source_arn)
        return False

    invoke = eventbridge._invoke_target  # noqa: SLF001 - seam

    def invoke_target(
        target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None
    ) -> None:
        arn = str(target.get("Arn", ""))
        # With a role of its own the rule publishes as that role, which is for identity policies to decide.
        as_service = arn.startswith("arn:aws:sns:") and not target.get("RoleArn")
        if not as_service or admitted(arn, "events.amazonaws.com", rule["Arn"]):
            invoke(target, event, rule, view)

    def dispatch_alarm_actions(alarm: dict[str, Any], *change: Any) -> None:
        let_in = dict(alarm)
        for state in ("AlarmActions", "OKActions", "InsufficientDataActions"):
            let_in[state] = [
                arn
                for arn in alarm.get(state) or []
                if not arn.startswith("arn:aws:sns:")
                or admitted(arn, "cloudwatch.amazonaws.com", alarm.get("AlarmArn", ""))
            ]
        dispatch(let_in, *change)

    dispatch = cloudwatch._dispatch_alarm_actions  # noqa: SLF001 - seam
    cloudwatch._dispatch_alarm_actions = dispatch_alarm_actions  # noqa: SLF001 - seam
    eventbridge._invoke_target = invoke_target  # noqa: SLF001 - seam
    # EventBridge sets no subject, so that mails bear SNS's own; ministack invents one.
    eventbridge._dispatch_to_sns = sns.publish_internal  # noqa: SLF001 - seam


def _admits(topic_arn: str, service: str, source_arn: str) -> bool:
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy  # noqa: PLC0415
    from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415
    from ministack.services import sns  # noqa: PLC0415

    topic = sns._topic_by_arn_any_scope(topic_arn)  # noqa: SLF001 - seam
    if topic is None:
        return True  # nothing to keep out; ministack says that there is no such topic
    policy = json.loads(topic["attributes"].get("Policy") or "{}")
    if policy.get("Id") == _DEFAULT_POLICY:
        # The default policy demands AWS:SourceOwner, which CloudWatch sends and EventBridge does not:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
        return service != "events.amazonaws.com"
    context = EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sns:Publish",
        resource_arn=topic_arn,
        region=get_region(),
        secure_transport=True,  # AWS's own services call by TLS, whatever this machine does
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id()},
    )
    return bool(evaluate_resource_policy(policy, context, service=service).decision == "Allow")
