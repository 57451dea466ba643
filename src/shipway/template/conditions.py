"""Conditions, decided in one reading of a template's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.model.text import Text, TokenKind

if TYPE_CHECKING:
    from shipway.template.scope import Scope


def decide(name: str, scope: Scope) -> bool | None:
    """Whether a condition holds; None when that cannot be seen, or the template does not declare it."""
    if name in scope.decided:
        return scope.decided[name]
    scope.decided[name] = None  # a condition that leads to itself cannot be decided
    declared = scope.conditions.get(name)
    scope.decided[name] = _holds(declared, scope) if declared is not None else None
    return scope.decided[name]


def _holds(expression: Any, scope: Scope) -> bool | None:
    match expression:
        case {"Condition": str() as name}:
            return decide(name, scope)
        case {"Fn::Equals": [left, right]}:
            return _equal(left, right, scope)
        case {"Fn::Not": [only]}:
            held = _holds(only, scope)
            return None if held is None else not held
        case {"Fn::And": list() as parts}:
            return _joined(parts, scope, decisive=False)
        case {"Fn::Or": list() as parts}:
            return _joined(parts, scope, decisive=True)
    return None


def _joined(parts: list[Any], scope: Scope, *, decisive: bool) -> bool | None:
    """And and Or: one value among the parts decides, whatever the others are."""
    held = [_holds(each, scope) for each in parts]
    if decisive in held:
        return decisive
    return None if None in held else not decisive


def _equal(left: Any, right: Any, scope: Scope) -> bool | None:
    from shipway.template.intrinsics import evaluate  # noqa: PLC0415 -- Fn::If needs conditions in its turn

    first: Any = evaluate(left, scope)
    second: Any = evaluate(right, scope)
    if not isinstance(first, Text) or not isinstance(second, Text):
        return None
    one, two = first.filled(), second.filled()
    if one == two:
        return True
    if one.literal is not None and two.literal is not None:
        return False
    # In a reading, an open parameter or pseudo parameter is whatever it is not compared with.
    other = one if two.literal is not None else two
    token = other.sole
    if token is not None and token.kind in {TokenKind.PARAMETER, TokenKind.PSEUDO}:
        return False
    return None
