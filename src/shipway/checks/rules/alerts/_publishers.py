"""Which services publish to a topic, and what lets them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from shipway.model.alerts import Alarm, CompositeAlarm, EventRule, NotificationRule, Topic
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Statement
    from shipway.model.resource import Resource

PRINCIPALS = {
    "events": "events.amazonaws.com",
    "cloudwatch": "cloudwatch.amazonaws.com",
    "codestar-notifications": "codestar-notifications.amazonaws.com",
}


def publishing_services(topic: Topic, graph: PipelineGraph) -> dict[str, list[Resource]]:
    """Service -> what makes it publish to the topic. Approvals are published as the pipeline's role."""
    found: dict[str, list[Resource]] = {}
    for publisher in graph.publishers_of(topic):
        match publisher:
            case EventRule():
                if not _publishes_by_role(publisher, topic, graph):
                    found.setdefault("events", []).append(publisher)
            case Alarm() | CompositeAlarm():
                found.setdefault("cloudwatch", []).append(publisher)
            case NotificationRule():
                found.setdefault("codestar-notifications", []).append(publisher)
    return found


def _publishes_by_role(event_rule: EventRule, topic: Topic, graph: PipelineGraph) -> bool:
    return all(
        target.role is not None for target in event_rule.targets if graph.find(target.arn, Topic) is topic
    )


def admits(statements: Iterable[Statement], service: str, *actions: str) -> bool:
    """Whether statements allow a service all of these actions, or may do so."""
    open_statements = [each for each in statements if each.allows and _names(each, service)]
    return all(any(_allows(each, action) for each in open_statements) for action in actions)


def _names(statement: Statement, service: str) -> bool:
    principal = PRINCIPALS[service]
    for kind, values in statement.principals.items():
        if kind in {"Service", "AWS"} and not values.complete:
            return True
        for value in values:
            name = known(value)
            if name == "*" or (kind == "Service" and (name == principal or not text_of(value).literal)):
                return True
    return False


def _allows(statement: Statement, action: str) -> bool:
    if statement.not_actions or not statement.actions.complete:
        return True
    return any(
        (name := known(each)) is None or fnmatchcase(action, name.lower()) for each in statement.actions
    )
