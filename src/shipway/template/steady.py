"""Which resources read the same in every reading of a template: they are parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.template.conditions import decide
from shipway.template.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.template.read import Template
    from shipway.template.readings import Reading


def steady_resources(template: Template, readings: Sequence[Reading]) -> frozenset[str]:
    """The logical ids of resources in which nothing hangs on what tells the readings apart.

    Whether a resource exists at all may hang on it. A doubtful one is left out: that only costs time.
    """
    varying = _varying(template, readings)
    return frozenset(
        logical_id
        for logical_id, raw in template.section("Resources").items()
        if isinstance(raw, dict)
        and not any(_mentions(value, varying) for key, value in raw.items() if key != "Condition")
    )


def _varying(template: Template, readings: Sequence[Reading]) -> frozenset[str]:
    """The parameters that readings give different values, and the conditions that then differ."""
    first, *others = readings
    names = {
        name for each in others for name, value in each.values.items() if value != first.values.get(name)
    }
    scopes = [Scope(template, each.values) for each in readings]
    names.update(
        name for name in template.section("Conditions") if len({decide(name, scope) for scope in scopes}) > 1
    )
    return frozenset(names)


def _mentions(raw: Any, names: frozenset[str]) -> bool:
    """Whether a Ref, an Fn::If or an Fn::Sub somewhere below may speak of one of these names."""
    waiting = [raw]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if each in names or ("${" in each and any(name in each for name in names)):
                return True
        elif isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return False
