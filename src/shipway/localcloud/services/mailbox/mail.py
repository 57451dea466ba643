"""Mails as SNS writes them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

if TYPE_CHECKING:
    from datetime import datetime

SENDER = "no-reply@sns.amazonaws.com"
DEFAULT_SUBJECT = "AWS Notification Message"
CONFIRMATION_SUBJECT = "AWS Notification - Subscription Confirmation"


@dataclass(frozen=True)
class Mail:
    """One mail.

    Attributes:
        kind: ``confirmation`` or ``notification``.
        confirm_url: Opens the subscription; empty in a notification.
    """

    id: str
    to: str
    subject: str
    body: str
    sent_at: datetime
    topic_arn: str
    kind: str
    confirm_url: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape of ``GET /_shipway/mailbox``."""
        return {
            "id": self.id,
            "to": self.to,
            "from": SENDER,
            "subject": self.subject,
            "body": self.body,
            "sent_at": self.sent_at.isoformat(),
            "topic_arn": self.topic_arn,
            "kind": self.kind,
            "confirm_url": self.confirm_url,
        }


def confirmation(*, to: str, topic_arn: str, token: str, endpoint: str, now: datetime) -> Mail:
    """The mail that asks an address to confirm."""
    query = urlencode({"Action": "ConfirmSubscription", "TopicArn": topic_arn, "Token": token})
    url = f"{endpoint}/?{query}"
    body = (
        f"You have chosen to subscribe to the topic:\n{topic_arn}\n\n"
        f"Open this link to confirm the subscription:\n{url}\n"
    )
    return Mail(str(uuid4()), to, CONFIRMATION_SUBJECT, body, now, topic_arn, "confirmation", url)


def notification(
    *, to: str, topic_arn: str, subscription_arn: str, subject: str, body: str, endpoint: str, now: datetime
) -> Mail:
    """The mail that carries a published message."""
    unsubscribe = urlencode({"Action": "Unsubscribe", "SubscriptionArn": subscription_arn})
    footer = f"--\nTo stop receiving messages from this topic, open:\n{endpoint}/?{unsubscribe}\n"
    text = f"{body}\n\n{footer}"
    return Mail(str(uuid4()), to, subject or DEFAULT_SUBJECT, text, now, topic_arn, "notification")
