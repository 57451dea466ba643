from typing import Any

import pytest

from shipway.permissions.catalogue import action_named
from shipway.permissions.escalation import PATHS, escalations
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, Policy, read_policy
from shipway.permissions.principal import Principal

ROLE = Principal.role("arn:aws:iam::123456789012:role/R")


def _policy(*statements: Any, kind: Attachment = Attachment.IDENTITY) -> Policy:
    read = [{"Effect": "Allow", "Resource": "*", **statement} for statement in statements]
    return read_policy({"Version": "2012-10-17", "Statement": read}, name="P", attachment=kind)


def _open(*statements: Any) -> list[str]:
    return [one.path.id for one in escalations(ROLE, Policies((_policy(*statements),)))]


def test_an_administrator_has_every_way() -> None:
    assert _open({"Action": "*"}) == [path.id for path in PATHS]


def test_every_step_is_a_real_action() -> None:
    for path in PATHS:
        for step in path.steps:
            for action in step:
                assert action_named(action) is not None, action


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Action": "iam:PutRolePolicy"}, ["iam:PutRolePolicy"]),
        ({"Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::123456789012:role/app-*"}, []),
        (
            {"Action": "iam:PutRolePolicy", "Resource": "arn:aws:iam::123456789012:role/*"},
            ["iam:PutRolePolicy"],
        ),
        ({"Action": "sts:AssumeRole"}, ["sts:AssumeRole"]),
        ({"Action": ["iam:PassRole", "ec2:RunInstances"]}, ["ec2-with-any-role"]),
        ({"Action": "ec2:RunInstances"}, []),
        (
            {
                "Action": ["iam:PassRole", "ec2:RunInstances"],
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
            [],
        ),
    ],
)
def test_ways_up(statement: Any, expected: list[str]) -> None:
    assert _open(statement) == expected


def test_what_a_pipeline_needs_is_no_way_up() -> None:
    register = {"Action": ["ecs:RegisterTaskDefinition", "codedeploy:*"]}
    one_role = {"Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/Task"}
    assert _open(register, one_role) == []


def test_a_way_names_its_actions_and_statements() -> None:
    policy = _policy({"Action": "ecs:*"}, {"Action": "s3:*"}, {"Action": "iam:PassRole"})
    [way] = escalations(ROLE, Policies((policy,)))
    assert way.actions == ("ecs:RegisterTaskDefinition", "ecs:RunTask", "iam:PassRole")
    assert way.statements == (policy.statements[0], policy.statements[2])


def test_a_deny_or_a_boundary_closes_it() -> None:
    assert _open({"Action": "iam:*"}, {"Action": "iam:*", "Effect": "Deny"}) == []
    boundary = _policy({"Action": "s3:*"}, kind=Attachment.BOUNDARY)
    assert escalations(ROLE, Policies((_policy({"Action": "*"}),), (boundary,))) == ()
