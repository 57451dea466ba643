"""Who is told what: topics, EventBridge rules, alarms, notification rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shipway.model.node import Names, Node, Record, Relation
from shipway.model.resource import Resource
from shipway.model.value import Known, Many, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.model.identity import PolicyDocument
    from shipway.model.location import Location
    from shipway.model.value import Value

_PUBLISHED_BY = ("Topic", "Function", "StateMachine", "Project", "Pipeline", "LogGroup", "Queue")


class InlineSubscription(Record):
    """A subscription that stands inside its topic."""

    location: Location
    protocol: Value[str] | None
    endpoint: Value[str] | None


class Topic(Resource):
    """AWS::SNS::Topic."""

    type_name: ClassVar[str] = "AWS::SNS::Topic"
    label: ClassVar[str] = "topic"
    names: ClassVar[tuple[Names, ...]] = (
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("KmsMasterKeyId",)),
    )

    key: Value[str] | None
    subscriptions: Many[InlineSubscription]


class Subscription(Resource):
    """AWS::SNS::Subscription."""

    type_name: ClassVar[str] = "AWS::SNS::Subscription"
    label: ClassVar[str] = "subscription"
    names: ClassVar[tuple[Names, ...]] = (Names("topic", Relation.ATTACHED_TO, ("Topic",), ("TopicArn",)),)

    topic: Value[str] | None
    protocol: Value[str] | None
    endpoint: Value[str] | None


class TopicPolicy(Resource):
    """AWS::SNS::TopicPolicy."""

    type_name: ClassVar[str] = "AWS::SNS::TopicPolicy"
    label: ClassVar[str] = "topic policy"
    names: ClassVar[tuple[Names, ...]] = (Names("topics", Relation.ATTACHED_TO, ("Topic",), ("Topics",)),)

    topics: Many[Value[str]]
    document: PolicyDocument

    def children(self) -> Iterable[Node]:
        """The statements."""
        return self.document.statements


class Queue(Resource):
    """AWS::SQS::Queue."""

    type_name: ClassVar[str] = "AWS::SQS::Queue"
    label: ClassVar[str] = "queue"


class EventPattern(Record):
    """Which events a rule matches."""

    location: Location
    fields: Mapping[str, Any]
    """The pattern, resolved: nested mappings whose leaves are ``Many`` of values, or of mappings for
    content filters such as ``{"prefix": ...}``."""
    rest: Unresolved | None = None
    """Why the pattern, or a part of it, cannot be seen."""

    def allowed(self, *path: str) -> Many[Value[str]] | None:
        """The values that a field may have: ``pattern.allowed("detail", "state")``; None when any will do.

        A content filter in the list counts as a value that cannot be seen.
        """
        fields: Any = self.fields
        for key in path:
            if not isinstance(fields, dict) or key not in fields:
                return Many.of((), self.rest) if self.rest else None
            fields = fields[key]
        return fields if isinstance(fields, Many) else None

    def admits(self, value: str, *path: str) -> bool | None:
        """Whether an event whose field has this value can match; None when that cannot be seen."""
        allowed = self.allowed(*path)
        if allowed is None or any(isinstance(each, Known) and each.value == value for each in allowed):
            return True
        return (
            None if not allowed.complete or any(isinstance(each, Unresolved) for each in allowed) else False
        )


class EventTarget(Node):
    """One target of a rule."""

    label: ClassVar[str] = "target"
    names: ClassVar[tuple[Names, ...]] = (
        Names("arn", Relation.NOTIFIES, _PUBLISHED_BY, ("Arn",)),
        Names("role", Relation.RUNS_AS, ("Role",), ("RoleArn",)),
    )

    arn: Value[str] | None
    role: Value[str] | None


class EventRule(Resource):
    """AWS::Events::Rule."""

    type_name: ClassVar[str] = "AWS::Events::Rule"
    label: ClassVar[str] = "event rule"
    arn_separator: ClassVar[str] = "rule/"

    pattern: EventPattern | None
    """None for a rule that runs by schedule."""
    schedule: Value[str] | None
    state: Value[str] | None
    """ENABLED or DISABLED; ENABLED where it is absent."""
    targets: Many[EventTarget]

    def children(self) -> Iterable[Node]:
        """The targets."""
        return self.targets


class NotificationRule(Resource):
    """AWS::CodeStarNotifications::NotificationRule."""

    type_name: ClassVar[str] = "AWS::CodeStarNotifications::NotificationRule"
    label: ClassVar[str] = "notification rule"
    names: ClassVar[tuple[Names, ...]] = (
        Names(
            "resource",
            Relation.WATCHES,
            ("Pipeline", "Project", "CodeRepository", "Application"),
            ("Resource",),
        ),
        Names("targets", Relation.NOTIFIES, ("Topic",), ("Targets",)),
    )

    resource: Value[str] | None
    event_types: Many[Value[str]]
    """E.g. ``codepipeline-pipeline-pipeline-execution-failed``."""
    targets: Many[Value[str]]
    status: Value[str] | None
    """ENABLED or DISABLED; ENABLED where it is absent."""


class Alarm(Resource):
    """AWS::CloudWatch::Alarm."""

    type_name: ClassVar[str] = "AWS::CloudWatch::Alarm"
    label: ClassVar[str] = "alarm"
    names: ClassVar[tuple[Names, ...]] = (
        Names("actions", Relation.NOTIFIES, ("Topic", "Function"), ("AlarmActions",)),
    )

    namespace: Value[str] | None
    metric: Value[str] | None
    """None for an alarm on an expression or several metrics."""
    dimensions: Mapping[str, Value[str]]
    dimensions_seen: bool
    """False when there may be dimensions that cannot be seen."""
    actions: Many[Value[str]]
    actions_enabled: Value[bool] | None
    """True where it is absent."""
    missing_data: Value[str] | None


class CompositeAlarm(Resource):
    """AWS::CloudWatch::CompositeAlarm."""

    type_name: ClassVar[str] = "AWS::CloudWatch::CompositeAlarm"
    label: ClassVar[str] = "composite alarm"
    names: ClassVar[tuple[Names, ...]] = (
        Names("actions", Relation.NOTIFIES, ("Topic", "Function"), ("AlarmActions",)),
    )

    rule: Value[str] | None
    actions: Many[Value[str]]
    actions_enabled: Value[bool] | None
