"""AWS::CodeStarNotifications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import NotificationRule
from shipway.model.value import Many

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _rule(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> NotificationRule:
    targets = cursor.items("Targets")
    addresses = [each.text("TargetAddress") for each in targets]
    return NotificationRule(
        **declared,
        resource=cursor.text("Resource"),
        event_types=cursor.texts("EventTypeIds"),
        targets=Many.of([each for each in addresses if each is not None], targets.rest),
        status=cursor.text("Status"),
    )


PARSERS: dict[str, Parser] = {"AWS::CodeStarNotifications::NotificationRule": _rule}
