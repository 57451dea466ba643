"""The readings of a template: its parameters' defaults, and what its conditions ask for instead.

A template with ``IsProduction: !Equals [!Ref Environment, prod]`` is two stacks in one. Each reading fixes
the parameters so that every condition is decided, and a rule sees an ordinary stack without conditions.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.template.conditions import decide
from shipway.template.scope import OTHER, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shipway.template.read import Template

MAX_READINGS = 6
"""Enough for three independent conditions seen both ways; each reading costs a whole run of the rules."""
_MAX_PAIRS = 60

# The CDK puts this into every stack that has no fixed Region; it decides only about AWS::CDK::Metadata.
_IRRELEVANT = frozenset({"CDKMetadataAvailable"})


class Reading(NamedTuple):
    """Values of parameters, and what they mean in words."""

    values: Mapping[str, Any]
    words: str
    """E.g. ``when Environment is prod``; empty for the defaults."""


def readings_of(template: Template) -> tuple[Reading, ...]:
    """The readings in which conditions differ, the one with the defaults first."""
    conditions = tuple(name for name in template.section("Conditions") if name not in _IRRELEVANT)
    if not conditions:
        return (Reading({}, ""),)
    choices = _choices(template, conditions)
    base = {name: options[0] for name, options in choices.items()}
    seen: dict[tuple[bool | None, ...], Reading] = {}

    def consider(changes: Mapping[str, Any]) -> None:
        values = {**base, **changes}
        scope = Scope(template, values)
        outcome = tuple(decide(name, scope) for name in conditions)
        if outcome not in seen and len(seen) < MAX_READINGS:
            seen[outcome] = Reading(values, _words(changes))

    consider({})
    singles = [{name: option} for name, options in choices.items() for option in options[1:]]
    for change in singles:
        consider(change)
    if _one_sided(seen):
        for first, second in list(combinations(singles, 2))[:_MAX_PAIRS]:
            consider({**first, **second})
    return tuple(seen.values())


def _one_sided(seen: Mapping[tuple[bool | None, ...], Reading]) -> bool:
    """Whether a condition came out the same in every reading so far."""
    return any(len(set(outcomes)) == 1 for outcomes in zip(*seen, strict=True))


def _choices(template: Template, conditions: Iterable[str]) -> dict[str, list[Any]]:
    """Parameter -> the value of the first reading, then those that conditions compare it with, then OTHER."""
    compared: dict[str, list[str]] = {}
    section = template.section("Conditions")
    for name in conditions:
        for parameter, literal in _comparisons(section[name]):
            compared.setdefault(parameter, []).append(literal)
    parameters = template.section("Parameters")
    choices: dict[str, list[Any]] = {}
    for parameter, literals in compared.items():
        declared = parameters.get(parameter)
        declared = declared if isinstance(declared, dict) else {}
        allowed = [_text(each) for each in _list(declared.get("AllowedValues"))]
        default = declared.get("Default")
        first: Any = OTHER
        if default is not None and not isinstance(default, (dict, list)):
            first = _text(default)
        elif allowed:
            first = allowed[0]
        unnamed = [value for value in allowed if value not in literals]
        others: list[Any] = [unnamed[0]] if unnamed else [] if allowed else [OTHER]
        choices[parameter] = list(dict.fromkeys([first, *literals, *others]))
    return choices


def _comparisons(expression: Any) -> Iterator[tuple[str, str]]:
    """The parameters that an expression compares with a literal, and those literals."""
    if isinstance(expression, list):
        for each in expression:
            yield from _comparisons(each)
    elif isinstance(expression, dict):
        match expression:
            case {"Fn::Equals": [{"Ref": str() as name}, literal]} | {
                "Fn::Equals": [literal, {"Ref": str() as name}]
            } if not isinstance(literal, (dict, list)):
                yield name, _text(literal)
            case _:
                for each in expression.values():
                    yield from _comparisons(each)


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return "" if raw is None else str(raw)


def _words(changes: Mapping[str, Any]) -> str:
    said = []
    for name, value in changes.items():
        if value is OTHER:
            said.append(f"{name} is given")
        else:
            said.append(f"{name} is {value}" if value else f"{name} is empty")
    return f"when {' and '.join(said)}" if said else ""
