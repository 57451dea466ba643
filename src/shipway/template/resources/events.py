"""AWS::Events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shipway.model.alerts import EventPattern, EventRule, EventTarget
from shipway.model.text import Text
from shipway.model.value import Cause, Known, Many, Unresolved
from shipway.template.evaluated import value_of

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _rule(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> EventRule:
    targets = cursor.items("Targets")
    return EventRule(
        **declared,
        pattern=_pattern(cursor.child("EventPattern")) if cursor.has("EventPattern") else None,
        schedule=cursor.text("ScheduleExpression"),
        state=cursor.text("State"),
        targets=Many.of(
            [
                EventTarget(location=each.location, arn=each.text("Arn"), role=each.text("RoleArn"))
                for each in targets
            ],
            targets.rest,
        ),
    )


def _pattern(cursor: Cursor) -> EventPattern:
    evaluated = cursor.evaluated()
    if isinstance(evaluated, Text):  # a pattern may be a string of JSON
        evaluated = _parsed(evaluated)
    if isinstance(evaluated, Unresolved):
        return EventPattern(location=cursor.location, fields={}, rest=evaluated)
    if not isinstance(evaluated, dict):
        rest = Unresolved("something else stands where an event pattern belongs", Cause.INVALID)
        return EventPattern(location=cursor.location, fields={}, rest=rest)
    return EventPattern(location=cursor.location, fields=_fields(evaluated))


def _parsed(text: Text) -> Any:
    value = value_of(text)
    if not isinstance(value, Known):
        return value
    try:
        parsed = json.loads(value.value)
    except (ValueError, RecursionError):
        return Unresolved("an event pattern is not JSON", Cause.INVALID)
    return _as_texts(parsed)


def _as_texts(parsed: Any) -> Any:
    if isinstance(parsed, dict):
        return {key: _as_texts(value) for key, value in parsed.items()}
    if isinstance(parsed, list):
        return [_as_texts(each) for each in parsed]
    return Text.of((str(parsed),))


def _fields(evaluated: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in evaluated.items():
        if isinstance(value, dict):
            fields[key] = _fields(value)
        elif isinstance(value, list):
            fields[key] = Many(_leaf(each) for each in value)
        elif isinstance(value, Unresolved):
            fields[key] = Many.of((), value)
        else:  # EventBridge takes lists only; the single value is what was meant
            fields[key] = Many((_leaf(value),))
    return fields


def _leaf(evaluated: Any) -> Any:
    if isinstance(evaluated, dict):
        return Unresolved(f"a filter by {', '.join(evaluated)} is not evaluated")
    return value_of(evaluated)


PARSERS: dict[str, Parser] = {"AWS::Events::Rule": _rule}
