from typing import Any

import pytest

from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, read_policy
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request

ROLE = Principal.role("arn:aws:iam::1:role/R")
PASS = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::1:role/Task"}
ON_TASK = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def _nearest(*statements: Any, context: dict[str, str] | None = None) -> str | None:
    request = Request(ROLE, "iam:PassRole", "arn:aws:iam::1:role/Task", Context.of(context or {}))
    policy = read_policy({"Version": "2012-10-17", "Statement": list(statements)}, name="P")
    near = evaluate(request, Policies((policy,))).nearest
    return None if near is None else near.sentence


def test_nothing_about_the_service_is_near() -> None:
    assert _nearest({**PASS, "Action": "s3:*"}) is None


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (
            [{**PASS, "Action": ["iam:PasRole", "iam:GetRole"]}],
            "statement 1 of policy P: Action iam:PasRole does not cover iam:PassRole",
        ),
        (
            [{**PASS, "Resource": ["arn:aws:iam::1:role/Web", "arn:aws:iam::1:role/Tas"]}],
            (
                "statement 1 of policy P: Resource arn:aws:iam::1:role/Tas "
                "does not cover arn:aws:iam::1:role/Task"
            ),
        ),
        (
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
            "statement 1 of policy P: NotAction iam:* does not cover iam:PassRole",
        ),
        (
            [{**PASS, "Condition": ON_TASK}],
            (
                "statement 1 of policy P: Condition StringEquals ecs-tasks.amazonaws.com "
                "does not cover iam:PassedToService (absent)"
            ),
        ),
        (
            [
                {**PASS, "Action": "iam:GetRole"},
                {**PASS, "Condition": ON_TASK},
                {**PASS, "Resource": "arn:aws:iam::2:*"},
            ],
            (
                "statement 2 of policy P: Condition StringEquals ecs-tasks.amazonaws.com "
                "does not cover iam:PassedToService (absent)"
            ),
        ),
    ],
)
def test_the_nearest_statement_and_why_it_fails(statements: list[Any], expected: str) -> None:
    assert _nearest(*statements) == expected


def test_a_principal_that_is_not_named() -> None:
    policy = read_policy(
        {
            "Statement": {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs.amazonaws.com"},
            }
        },
        name="trust",
        attachment=Attachment.TRUST,
    )
    request = Request(Principal.of("ecs-tasks.amazonaws.com"), "sts:AssumeRole", "arn:aws:iam::1:role/Task")
    assert evaluate(request, Policies(resource=(policy,))).reason == (
        "no role trust policy allows sts:AssumeRole on arn:aws:iam::1:role/Task; nearest is "
        "statement 1 of policy trust: Principal ecs.amazonaws.com does not cover ecs-tasks.amazonaws.com"
    )
