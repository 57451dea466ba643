"""Expressions are evaluated as far as the template allows, and no further."""

from __future__ import annotations

from typing import Any

import pytest

from shipway.model.value import Cause, Known, Unresolved
from shipway.template.cursor import Cursor
from shipway.template.read import parse_template
from shipway.template.scope import Scope

TEMPLATE = parse_template(
    """
Parameters:
  Suffix: {Type: String, Default: dev}
  Mail: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /image}
Mappings:
  Sizes: {dev: {count: 1}, prod: {count: 3}}
Conditions:
  IsProd: !Equals [!Ref Suffix, prod]
  HasMail: !Not [!Equals [!Ref Mail, ""]]
  Circle: !Condition Circle
Resources:
  Bucket: {Type: AWS::S3::Bucket}
"""
)


def value(expression: Any) -> Any:
    return Cursor(expression, _location(), Scope(TEMPLATE)).text()


def _location() -> Any:
    from shipway.model.location import Location  # noqa: PLC0415 -- only this helper needs it

    return Location(TEMPLATE)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("plain", "plain"),
        (True, "true"),
        (5, "5"),
        ({"Ref": "Suffix"}, "dev"),
        ({"Fn::Sub": "x-${Suffix}-${!Literal}"}, "x-dev-${Literal}"),
        ({"Fn::Sub": ["x-${A}", {"A": {"Ref": "Suffix"}}]}, "x-dev"),
        ({"Fn::Join": ["-", ["x", {"Ref": "Suffix"}]]}, "x-dev"),
        ({"Fn::Join": ["-", {"Ref": "Zones"}]}, "a-b"),
        ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
        ({"Fn::Select": ["0", {"Fn::Split": ["-", "a-b"]}]}, "a"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Suffix"}, "count"]}, "1"),
        ({"Fn::If": ["IsProd", "yes", "no"]}, "no"),
        ({"Fn::If": ["HasMail", "yes", "no"]}, "yes"),
        ({"Fn::Base64": "echo"}, "echo"),
        ({"Fn::Sub": "arn:${AWS::Partition}:x"}, "arn:aws:x"),
    ],
)
def test_known(expression: Any, expected: str) -> None:
    found = value(expression)
    assert isinstance(found, Known), found
    assert found.value == expected


@pytest.mark.parametrize(
    ("expression", "cause", "written"),
    [
        ({"Ref": "Mail"}, Cause.PARAMETER, "${Mail}"),
        ({"Ref": "Image"}, Cause.PARAMETER, "${Image}"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, Cause.DEPLOYED, "${Bucket.Arn}"),
        ({"Fn::Sub": "${Bucket.Arn}/${Suffix}/*"}, Cause.DEPLOYED, "${Bucket.Arn}/${Suffix}/*"),
        ({"Fn::ImportValue": "net-vpc"}, Cause.IMPORTED, "${net-vpc}"),
        ("{{resolve:secretsmanager:x}}", Cause.DYNAMIC, "{{resolve:secretsmanager:x}}"),
        ({"Fn::Sub": "x-{{resolve:ssm:/${Suffix}}}"}, Cause.DYNAMIC, None),
        ({"Fn::Cidr": ["10.0.0.0/16", 1, 8]}, Cause.UNSUPPORTED, None),
        # CDK takes an ARN apart to write an image's address: the field is there, unseen.
        (
            {"Fn::Select": [4, {"Fn::Split": [":", {"Fn::GetAtt": ["Bucket", "Arn"]}]}]},
            Cause.UNSUPPORTED,
            None,
        ),
    ],
)
def test_unresolved_keeps_what_is_known(expression: Any, cause: Cause, written: str | None) -> None:
    found = value(expression)
    assert isinstance(found, Unresolved), found
    assert found.cause is cause
    assert written is None or str(found.text) == written


@pytest.mark.parametrize(
    "expression",
    [
        {"Ref": "Nobody"},
        {"Ref": ["x"]},
        {"Fn::GetAtt": "Nobody.Arn"},
        {"Fn::GetAtt": ["Bucket"]},
        {"Fn::Sub": ["x", "y", "z"], "more": 1},
        {"Fn::Sub": {"a": 1}},
        {"Fn::Select": [7, ["a"]]},
        {"Fn::Join": [1]},
        {"Fn::If": ["IsProd"]},
        {"Fn::FindInMap": ["Sizes", "nowhere", "count"]},
        ["a", "list"],
    ],
)
def test_what_cloudformation_refuses_is_invalid(expression: Any) -> None:
    found = value(expression)
    assert isinstance(found, Unresolved)
    assert found.cause is Cause.INVALID


def test_a_condition_that_leads_to_itself_is_undecided() -> None:
    assert isinstance(value({"Fn::If": ["Circle", "a", "b"]}), Unresolved)


def test_no_value_is_absent() -> None:
    assert value({"Ref": "AWS::NoValue"}) is None
    assert value({"Fn::If": ["IsProd", "x", {"Ref": "AWS::NoValue"}]}) is None


def test_known_values_say_what_they_assume() -> None:
    assert value({"Fn::Sub": "x-${Suffix}"}).assumes == ("Suffix",)
    assert value("x").assumes == ()
