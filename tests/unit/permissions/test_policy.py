import datetime as dt
from typing import Any

import pytest

from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, Effect, read_policy
from shipway.permissions.principal import Principal
from shipway.permissions.request import Request

ALLOW = {"Sid": "One", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
REQUEST = Request(
    Principal.role("arn:aws:iam::123456789012:role/R"), "s3:GetObject", "arn:aws:s3:::b/123456789012"
)


def _verdict(document: Any) -> str:
    return evaluate(REQUEST, Policies((read_policy(document, name="P"),))).verdict.value


def test_one_statement_needs_no_list() -> None:
    policy = read_policy({"Version": "2012-10-17", "Statement": ALLOW}, name="P")
    assert [statement.shown for statement in policy.statements] == ["statement 1 (One) of policy P"]
    assert not policy.problems


def test_json_text_is_read() -> None:
    assert _verdict('{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}') == "allow"


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        [],
        "not json",
        "[" * 100_000,
        "null",
        {"Version": "2012-10-17"} | {"Statement": [7]},
        {"Version": "2099-01-01", "Statement": ALLOW},
        {"Version": ["2012-10-17"], "Statement": ALLOW},
        {"Statements": [], "Statement": ALLOW},
        {"Statement": {**ALLOW, "Effect": "allow"}},
        {"Statement": {**ALLOW, "Effect": ["Allow"]}},
        {"Statement": {**ALLOW, "Effect": None}},
        {"Statement": {**ALLOW, "Actions": []}},
        {"Statement": {**ALLOW, "Principal": "*"}},
        {"Statement": {**ALLOW, "NotAction": "s3:PutObject"}},
        {"Statement": {**ALLOW, "Action": {"Ref": "X"}}},
        {"Statement": {**ALLOW, "Action": ["s3:PutObject", {"Ref": "X"}]}},
        {"Statement": {**ALLOW, "Resource": {"Ref": "X"}}},
        {"Statement": {**ALLOW, "Condition": []}},
        {"Statement": {**ALLOW, "Condition": {"StringResembles": {"aws:X": "y"}}}},
        {"Statement": {"Effect": "Allow", "Action": "s3:GetObject"}},
        {"Statement": {"Effect": "Allow", "Resource": "*"}},
        {"Statement": {1: 2}},
    ],
)
def test_any_shape_is_read_and_never_certain(document: Any) -> None:
    assert _verdict(document) == "unknown"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Statement": []},
        {"Statement": {**ALLOW, "Action": []}},
        {"Statement": {**ALLOW, "Action": "GetObject"}},
        {"Statement": {**ALLOW, "Action": "ec2:RunInstances", "Actions": 1}},
    ],
)
def test_what_allows_nothing_however_it_was_meant_is_denied(document: Any) -> None:
    policy = read_policy(document, name="P")
    assert policy.problems or not policy.statements or policy.statements[0].problems
    assert _verdict(document) == "deny"


def test_a_broken_statement_may_deny() -> None:
    document = {"Version": "2012-10-17", "Statement": [ALLOW, {**ALLOW, "Effect": "Denied"}]}
    assert _verdict(document) == "unknown"


def test_a_broken_statement_spoils_no_other() -> None:
    document = {"Statement": [ALLOW, {**ALLOW, "Effect": "Denied", "Action": "s3:PutObject"}]}
    assert _verdict(document) == "allow"


@pytest.mark.parametrize(
    ("version", "expected"), [("2012-10-17", "allow"), ("2008-10-17", "deny"), (None, "deny")]
)
def test_only_the_new_version_has_variables(version: str | None, expected: str) -> None:
    statement = {**ALLOW, "Resource": "arn:aws:s3:::b/${aws:PrincipalAccount}"}
    document = {"Statement": statement} | ({"Version": version} if version else {})
    assert _verdict(document) == expected


def test_yaml_reads_the_version_as_a_date() -> None:
    document = {
        "Version": dt.date(2012, 10, 17),
        "Statement": {**ALLOW, "Resource": "arn:aws:s3:::b/${aws:PrincipalAccount}"},
    }
    assert _verdict(document) == "allow"


def test_a_trust_policy_takes_a_principal_and_no_resource() -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}
    read = read_policy({"Statement": trust}, name="T", attachment=Attachment.TRUST)
    assert not read.statements[0].problems
    read = read_policy({"Statement": {**trust, "Resource": "*"}}, name="T", attachment=Attachment.TRUST)
    assert read.statements[0].problems == ("a trust policy takes no Resource",)
    del trust["Principal"]
    read = read_policy({"Statement": trust}, name="T", attachment=Attachment.TRUST)
    assert read.statements[0].problems == ("Principal is missing",)


def test_hundreds_of_statements() -> None:
    many = [{**ALLOW, "Sid": str(index), "Action": f"s3:Put{index}"} for index in range(800)]
    policy = read_policy({"Statement": [*many, ALLOW]}, name="P")
    assert len(policy.statements) == 801
    assert policy.statements[-1].effect is Effect.ALLOW
    assert _verdict({"Statement": [*many, ALLOW]}) == "allow"
