"""Condition operators: how one value of the request compares with one value of the policy."""

from __future__ import annotations

import operator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.pattern import glob, literal
from shipway.permissions.symbols import Kind, is_opaque, kind_of
from shipway.permissions.truth import Truth, all_of

if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Callable

_ARN_FIELDS = 6


class Operator(NamedTuple):
    """A condition operator without its prefix and suffix."""

    name: str
    compare: Callable[[str, str], Truth]
    """Of the policy's value and the request's: whether the positive form of the operator holds."""
    negated: bool = False
    wellformed: Callable[[str], bool] = lambda _: True
    """Whether AWS would take the policy's value."""


def _equals(wanted: str, given: str) -> Truth:
    return literal(wanted).matches(given)


def _equals_ignoring_case(wanted: str, given: str) -> Truth:
    return literal(wanted, fold=True).matches(given)


def _like(wanted: str, given: str) -> Truth:
    return glob(wanted).matches(given)


def _arn_like(wanted: str, given: str) -> Truth:
    """Field by field, so that a wildcard does not cross the first five colons."""
    if any(kind_of(character) is Kind.ANYTHING for character in wanted + given):
        # What holds colons of its own cannot be told apart by colons.
        return min(glob(wanted).matches(given), Truth.YES if wanted == given else Truth.UNKNOWN)
    wanted_fields, given_fields = wanted.split(":", _ARN_FIELDS - 1), given.split(":", _ARN_FIELDS - 1)
    if len(wanted_fields) != len(given_fields):
        return Truth.NO
    return all_of(glob(one).matches(other) for one, other in zip(wanted_fields, given_fields, strict=True))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _moment(text: str) -> float | None:
    """ISO 8601 or seconds since 1970; a moment without zone is UTC."""
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    import ipaddress  # noqa: PLC0415 - few policies name an address, and the import takes longer than reading one

    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(wanted: str, given: str) -> Truth:
    if is_opaque(wanted) or is_opaque(given):
        return Truth.UNKNOWN
    network, address = _network(wanted), _network(given)
    if network is None or address is None or network.version != address.version:
        return Truth.NO
    return _truth(
        network.network_address <= address.network_address  # type: ignore[operator] # same version, checked above
        and address.broadcast_address <= network.broadcast_address  # type: ignore[operator] # likewise
    )


def _by(
    read: Callable[[str], float | None], holds: Callable[[float, float], bool]
) -> Callable[[str, str], Truth]:
    def compare(wanted: str, given: str) -> Truth:
        if is_opaque(wanted) or is_opaque(given):
            return Truth.UNKNOWN
        limit, value = read(wanted), read(given)
        return _truth(limit is not None and value is not None and holds(value, limit))

    return compare


def _truth(holds: bool) -> Truth:  # noqa: FBT001 - turns exactly one boolean into a truth
    return Truth.YES if holds else Truth.NO


def _ordered(
    family: str, read: Callable[[str], float | None], wellformed: Callable[[str], bool]
) -> tuple[Operator, ...]:
    equal = _by(read, operator.eq)
    return (
        Operator(f"{family}Equals", equal, wellformed=wellformed),
        Operator(f"{family}NotEquals", equal, negated=True, wellformed=wellformed),
        Operator(f"{family}LessThan", _by(read, operator.lt), wellformed=wellformed),
        Operator(f"{family}LessThanEquals", _by(read, operator.le), wellformed=wellformed),
        Operator(f"{family}GreaterThan", _by(read, operator.gt), wellformed=wellformed),
        Operator(f"{family}GreaterThanEquals", _by(read, operator.ge), wellformed=wellformed),
    )


def _is_number(text: str) -> bool:
    return is_opaque(text) or _number(text) is not None


def _is_moment(text: str) -> bool:
    return is_opaque(text) or _moment(text) is not None


def _is_network(text: str) -> bool:
    return is_opaque(text) or _network(text) is not None


def _is_bool(text: str) -> bool:
    return is_opaque(text) or text.lower() in {"true", "false"}


OPERATORS = {
    one.name: one
    for one in (
        Operator("StringEquals", _equals),
        Operator("StringNotEquals", _equals, negated=True),
        Operator("StringEqualsIgnoreCase", _equals_ignoring_case),
        Operator("StringNotEqualsIgnoreCase", _equals_ignoring_case, negated=True),
        Operator("StringLike", _like),
        Operator("StringNotLike", _like, negated=True),
        *_ordered("Numeric", _number, _is_number),
        *_ordered("Date", _moment, _is_moment),
        Operator("Bool", _equals_ignoring_case, wellformed=_is_bool),
        Operator("BinaryEquals", _equals),
        Operator("IpAddress", _within, wellformed=_is_network),
        Operator("NotIpAddress", _within, negated=True, wellformed=_is_network),
        Operator("ArnEquals", _arn_like),
        Operator("ArnLike", _arn_like),
        Operator("ArnNotEquals", _arn_like, negated=True),
        Operator("ArnNotLike", _arn_like, negated=True),
    )
}
"""AWS's operators by name, but ``Null``, which asks for presence and compares nothing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""
