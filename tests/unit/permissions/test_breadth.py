from typing import Any

import pytest

from shipway.permissions.breadth import Width, wide_actions, wide_resources
from shipway.permissions.policy import Statement, read_policy


def _statement(action: Any, resource: Any = "*", **more: Any) -> Statement:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return read_policy({"Version": "2012-10-17", "Statement": statement}, name="P").statements[0]


def test_a_wildcard_shows_what_it_contains() -> None:
    [wide] = wide_actions(_statement(["ecr:Put*", "ecr:GetAuthorizationToken"]))
    assert wide.text == "ecr:Put*"
    assert wide.contains is not None
    assert "ecr:PutImage" in {action.name for action in wide.contains}
    assert all(action.name.startswith("ecr:Put") for action in wide.contains)


def test_everything_and_all_but_something_are_wide() -> None:
    assert wide_actions(_statement("*"))[0].contains is None
    document = {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}
    assert wide_actions(read_policy(document, name="P").statements[0])[0].text == "iam:*"


@pytest.mark.parametrize(
    ("action", "resource", "width"),
    [
        ("ecr:PutImage", "*", Width.EVERYTHING),
        ("ecr:PutImage", "arn:*", Width.EVERYTHING),
        ("ecr:PutImage", "arn:aws:*:*:*:*", Width.EVERYTHING),
        ("ecr:PutImage", "arn:aws:ecr:*:*:*", Width.SERVICE),
        ("s3:GetObject", "arn:aws:s3:::*", Width.SERVICE),
        ("s3:GetObject", "arn:aws:s3:::*/*", Width.SERVICE),
        ("ecr:PutImage", "arn:aws:ecr:eu-west-1:1:repository/*", Width.TYPE),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:log-group:*:*", Width.TYPE),
        ("iam:PassRole", "arn:aws:iam::1:role/*", Width.TYPE),
        ("quicksight:ListUsers", "*", Width.EVERYTHING),
    ],
)
def test_width(action: str, resource: str, width: Width) -> None:
    [wide] = wide_resources(_statement(action, resource))
    assert wide.width is width


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ecr:GetAuthorizationToken", "*"),
        (["ec2:DescribeSubnets", "ec2:DescribeVpcs"], "*"),
        ("s3:GetObject", "arn:aws:s3:::b/*"),
        ("ecr:PutImage", "arn:aws:ecr:eu-west-1:1:repository/app-*"),
    ],
)
def test_what_names_something_or_cannot_is_not_wide(action: Any, resource: str) -> None:
    assert not wide_resources(_statement(action, resource))


def test_which_actions_could_be_limited() -> None:
    [wide] = wide_resources(_statement(["ecr:GetAuthorizationToken", "ecr:PutImage"]))
    assert [action.name for action in wide.limitable] == ["ecr:PutImage"]
    assert [action.name for action in wide.unlimitable] == ["ecr:GetAuthorizationToken"]


def test_a_deny_is_never_too_wide() -> None:
    deny = _statement("*", Effect="Deny")
    assert not wide_actions(deny)
    assert not wide_resources(deny)
