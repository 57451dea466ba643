"""What EventBridge calls as the role of a rule's target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import EventRule
from shipway.permissions.calls.call import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.permissions.calls.call import Scene

_BY_SERVICE = {"codepipeline": "events.pipeline", "codebuild": "events.build", "states": "events.states"}
_SERVICE_FIELD = 2


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every target that has a role."""
    for rule in scene.graph.all(EventRule):
        for target in rule.targets:
            yield from scene.trust("trust.events", target.role, "events.amazonaws.com", rule)
            role = scene.role(target.role)
            arn = scene.names.of(target.arn)
            fields = arn.split(":")
            entry = _BY_SERVICE.get(fields[_SERVICE_FIELD]) if len(fields) > _SERVICE_FIELD else None
            if role is not None and entry is not None:
                yield Call(entry, role, (arn,), rule)
