"""AWS::CloudWatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import Alarm, CompositeAlarm

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _alarm(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Alarm:
    return Alarm(
        **declared,
        namespace=cursor.text("Namespace"),
        metric=cursor.text("MetricName"),
        dimensions=_dimensions(cursor),
        dimensions_seen=cursor.items("Dimensions").complete,
        actions=cursor.texts("AlarmActions"),
        actions_enabled=cursor.boolean("ActionsEnabled"),
        missing_data=cursor.text("TreatMissingData"),
    )


def _dimensions(cursor: Cursor) -> dict[str, Value[str]]:
    found: dict[str, Value[str]] = {}
    for each in cursor.items("Dimensions"):
        name, value = each.text("Name"), each.text("Value")
        if name is not None and value is not None and name.text is not None:
            found[str(name.text.filled())] = value
    return found


def _composite(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> CompositeAlarm:
    return CompositeAlarm(
        **declared,
        rule=cursor.text("AlarmRule"),
        actions=cursor.texts("AlarmActions"),
        actions_enabled=cursor.boolean("ActionsEnabled"),
    )


PARSERS: dict[str, Parser] = {
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _composite,
}
