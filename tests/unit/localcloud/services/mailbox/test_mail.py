"""Mails as SNS writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from shipway.localcloud.services.mailbox.mail import confirmation, notification

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TOPIC = "arn:aws:sns:us-east-1:123456789012:alerts"


def test_a_confirmation_holds_its_link() -> None:
    mail = confirmation(to="a@b", topic_arn=TOPIC, token="t&k", endpoint="http://127.0.0.1:1", now=NOW)
    query = parse_qs(urlsplit(mail.confirm_url).query)
    assert query == {"Action": ["ConfirmSubscription"], "TopicArn": [TOPIC], "Token": ["t&k"]}
    assert mail.confirm_url in mail.body
    assert mail.as_json()["subject"] == "AWS Notification - Subscription Confirmation"


def test_a_notification_has_a_subject_of_its_own_or_snss() -> None:
    def mail(subject: str) -> dict[str, str]:
        return notification(
            to="a@b",
            topic_arn=TOPIC,
            subscription_arn=f"{TOPIC}:1",
            subject=subject,
            body="text",
            endpoint="http://127.0.0.1:1",
            now=NOW,
        ).as_json()

    assert mail("")["subject"] == "AWS Notification Message"
    assert mail("Mine")["subject"] == "Mine"
    assert mail("")["body"].startswith("text\n\n--\n")
    assert mail("")["confirm_url"] == ""
    assert mail("")["sent_at"] == "2026-01-02T03:04:05+00:00"
