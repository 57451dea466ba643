from typing import Any

import pytest

from shipway.permissions.conditions import read_conditions
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import Kind, Symbols
from shipway.permissions.truth import Truth, all_of

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
OPEN = Symbols().of(Kind.ANYTHING, "Parameter")
ROLE = Principal.role("arn:aws:iam::123456789012:role/R")


def _fulfilled(block: Any, context: dict[str, Any], *, complete: bool = True) -> Truth:
    conditions, problems = read_conditions(block)
    assert not problems
    request = Request(ROLE, "s3:GetObject", "arn:aws:s3:::b/k", Context.of(context, complete=complete))
    return all_of(condition.fulfilled(request) for condition in conditions)


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", YES),
        ("StringEquals", "a*", "ab", NO),
        ("StringEquals", ["a", "b"], "b", YES),
        ("StringEquals", "a", OPEN, UNKNOWN),
        ("StringNotEquals", ["a", "b"], "b", NO),
        ("StringNotEquals", ["a", "b"], "c", YES),
        ("StringNotEquals", "a", OPEN, UNKNOWN),
        ("StringEqualsIgnoreCase", "A", "a", YES),
        ("StringNotEqualsIgnoreCase", "A", "a", NO),
        ("StringLike", "a*", "ab", YES),
        ("StringNotLike", "a*", "ab", NO),
        ("NumericEquals", "10", "10.0", YES),
        ("NumericNotEquals", 10, "11", YES),
        ("NumericLessThan", "10", "9", YES),
        ("NumericLessThanEquals", "10", "10", YES),
        ("NumericGreaterThan", "10", "10", NO),
        ("NumericGreaterThanEquals", "10", "10", YES),
        ("NumericLessThan", "10", "ten", NO),
        ("NumericLessThan", "10", OPEN, UNKNOWN),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00+02:00", YES),
        ("DateLessThan", "2026-01-01", "1700000000", YES),
        ("DateEquals", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", YES),
        ("DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", NO),
        ("Bool", True, "True", YES),
        ("Bool", "false", "true", NO),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", YES),
        ("IpAddress", "203.0.113.0/24", "203.0.114.7", NO),
        ("IpAddress", "203.0.113.0/24", "2001:db8::1", NO),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", YES),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", YES),
        ("IpAddress", "203.0.113.0/24", OPEN, UNKNOWN),
        ("ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bc", YES),
        ("ArnLike", "arn:aws:*:*:*:x", "arn:aws:sns:eu-west-1:1:x", YES),
        ("ArnLike", "arn:aws:s*:x", "arn:aws:sns:eu-west-1:1:x", NO),
        ("ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::b", NO),
        ("ArnNotLike", "arn:aws:s3:::b*", "arn:aws:s3:::c", YES),
        ("ArnLike", OPEN, "arn:aws:s3:::b", UNKNOWN),
        ("ArnLike", OPEN, OPEN, YES),
    ],
)
def test_operator(operator: str, wanted: Any, given: str, expected: Truth) -> None:
    assert _fulfilled({operator: {"aws:X": wanted}}, {"AWS:x": given}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", NO),
        ("StringEqualsIfExists", YES),
        ("StringNotEquals", YES),
        ("ForAllValues:StringEquals", YES),
        ("ForAnyValue:StringEquals", NO),
        ("ForAnyValue:StringNotEquals", NO),
        ("ForAnyValue:StringEqualsIfExists", YES),
        ("NumericLessThan", NO),
        ("IpAddressIfExists", YES),
    ],
)
def test_absent_key(operator: str, expected: Truth) -> None:
    block = {operator: {"aws:X": "10.0.0.0/8" if "Ip" in operator else "1"}}
    assert _fulfilled(block, {}) is expected
    assert _fulfilled(block, {"aws:x": []}) is expected
    assert _fulfilled(block, {}, complete=False) is UNKNOWN


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], YES),
        ("ForAllValues:StringEquals", ["a", "c"], NO),
        ("ForAllValues:StringNotEquals", ["c", "d"], YES),
        ("ForAllValues:StringNotEquals", ["c", "a"], NO),
        ("ForAnyValue:StringEquals", ["c", "b"], YES),
        ("ForAnyValue:StringEquals", ["c", "d"], NO),
        ("ForAnyValue:StringNotEquals", ["a", "d"], YES),
        ("ForAnyValue:StringNotEquals", ["a", "b"], NO),
        ("StringEquals", ["a", "b"], YES),
        ("StringEquals", ["a", "c"], UNKNOWN),
    ],
)
def test_several_values(operator: str, given: list[str], expected: Truth) -> None:
    assert _fulfilled({operator: {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": given}) is expected


@pytest.mark.parametrize(
    ("wanted", "context", "expected"),
    [
        ("true", {}, YES),
        ("true", {"aws:TagKeys": "a"}, NO),
        ("false", {"aws:TagKeys": "a"}, YES),
        ("false", {"aws:TagKeys": []}, NO),
        ([True, False], {}, YES),
        ("perhaps", {}, UNKNOWN),
    ],
)
def test_null(wanted: Any, context: dict[str, Any], expected: Truth) -> None:
    assert _fulfilled({"Null": {"aws:TagKeys": wanted}}, context) is expected


def test_what_every_request_carries() -> None:
    assert _fulfilled({"StringEquals": {"aws:PrincipalAccount": "123456789012"}}, {}) is YES
    assert _fulfilled({"ArnEquals": {"aws:PrincipalArn": ROLE.arn}}, {}) is YES
    assert _fulfilled({"Bool": {"aws:PrincipalIsAWSService": "false"}}, {}) is YES


@pytest.mark.parametrize(
    "block",
    [
        "StringEquals",
        {"StringEquals": "aws:X"},
        {"StringResembles": {"aws:X": "a"}},
        {"ForSomeValues:StringEquals": {"aws:X": "a"}},
        {"NullIfExists": {"aws:X": "true"}},
        {"StringEquals": {"aws:X": {"Ref": "P"}}},
        {"StringEquals": {"aws:X": None}},
        {"NumericEquals": {"aws:X": "ten"}},
        {"DateEquals": {"aws:X": "soon"}},
        {"IpAddress": {"aws:X": "here"}},
        {"Bool": {"aws:X": "perhaps"}},
    ],
)
def test_what_aws_refuses_is_a_problem(block: Any) -> None:
    conditions, problems = read_conditions(block)
    assert not conditions
    assert len(problems) == 1
