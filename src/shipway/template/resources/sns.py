"""AWS::SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import InlineSubscription, Subscription, Topic, TopicPolicy
from shipway.model.value import Many
from shipway.template.resources.policies import parse_document

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _topic(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Topic:
    subscriptions = cursor.items("Subscription")
    return Topic(
        **declared,
        key=cursor.text("KmsMasterKeyId"),
        subscriptions=Many.of(
            [
                InlineSubscription(
                    location=each.location, protocol=each.text("Protocol"), endpoint=each.text("Endpoint")
                )
                for each in subscriptions
            ],
            subscriptions.rest,
        ),
    )


def _subscription(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Subscription:
    return Subscription(
        **declared,
        topic=cursor.text("TopicArn"),
        protocol=cursor.text("Protocol"),
        endpoint=cursor.text("Endpoint"),
    )


def _topic_policy(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> TopicPolicy:
    return TopicPolicy(
        **declared, topics=cursor.texts("Topics"), document=parse_document(cursor.child("PolicyDocument"))
    )


PARSERS: dict[str, Parser] = {
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::TopicPolicy": _topic_policy,
}
