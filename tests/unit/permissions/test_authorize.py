from typing import Any

import pytest

from shipway.permissions.authorize import authorize, gather_policies, refusal
from shipway.permissions.decision import Verdict
from shipway.permissions.principal import Principal

ROLE = Principal.role("arn:aws:iam::123456789012:role/service/Build", session="AWSCodeBuild-1")
USER = "User: arn:aws:sts::123456789012:assumed-role/Build/AWSCodeBuild-1 is not authorized to perform: "
PUSH = {"Effect": "Allow", "Action": "ecr:PutImage", "Resource": "*"}
POWER_USER = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"


def _document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("policies", "action", "resource", "expected"),
    [
        (
            {},
            "ssm:GetParameters",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/app",
            (
                "ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/app "
                "because no identity-based policy allows the ssm:GetParameters action"
            ),
        ),
        (
            {},
            "s3:GetObject",
            "arn:aws:s3:::b/k",
            (
                's3:GetObject on resource: "arn:aws:s3:::b/k" '
                "because no identity-based policy allows the s3:GetObject action"
            ),
        ),
        (
            {"inline": {"P": _document({**PUSH, "Effect": "Deny"})}},
            "ecr:PutImage",
            "arn:aws:ecr:eu-west-1:123456789012:repository/a",
            (
                "ecr:PutImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/a "
                "with an explicit deny in an identity-based policy"
            ),
        ),
        (
            {"managed": [POWER_USER], "boundary": _document({**PUSH, "Action": "s3:*"})},
            "ecr:PutImage",
            "arn:aws:ecr:eu-west-1:123456789012:repository/a",
            (
                "ecr:PutImage on resource: arn:aws:ecr:eu-west-1:123456789012:repository/a "
                "because no permissions boundary allows the ecr:PutImage action"
            ),
        ),
        (
            {"inline": {"P": _document({**PUSH, "Action": "kms:*"})}},
            "kms:Decrypt",
            "arn:aws:kms:eu-west-1:123456789012:key/k",
            (
                "kms:Decrypt on resource: arn:aws:kms:eu-west-1:123456789012:key/k "
                "because no resource-based policy allows the kms:Decrypt action"
            ),
        ),
        (
            {
                "inline": {"P": _document({**PUSH, "Action": "sts:*"})},
                "resource": {
                    "trust": _document(
                        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "1"}}
                    )
                },
                "trust": True,
            },
            "sts:AssumeRole",
            "arn:aws:iam::123456789012:role/T",
            "sts:AssumeRole because no role trust policy allows the sts:AssumeRole action",
        ),
        (
            {
                "resource": {
                    "trust": _document({"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"})
                },
                "trust": True,
            },
            "sts:AssumeRole",
            "arn:aws:iam::123456789012:role/T",
            "sts:AssumeRole with an explicit deny in the role trust policy",
        ),
    ],
)
def test_aws_says_no(policies: dict[str, Any], action: str, resource: str, expected: str) -> None:
    assert refusal(authorize(ROLE, action, resource, gather_policies(**policies))) == USER + expected


def test_a_managed_policy_allows() -> None:
    decision = authorize(ROLE, "ecr:GetAuthorizationToken", "*", gather_policies(managed=[POWER_USER]))
    assert decision.verdict is Verdict.ALLOW
    assert refusal(decision) is None


def test_a_managed_policy_may_be_the_boundary() -> None:
    everything = "arn:aws:iam::aws:policy/AdministratorAccess"
    policies = gather_policies(managed=[everything], boundary=POWER_USER)
    assert authorize(ROLE, "ecr:PutImage", "*", policies).verdict is Verdict.ALLOW
    assert authorize(ROLE, "s3:GetObject", "arn:aws:s3:::b/k", policies).verdict is Verdict.DENY


def test_an_unknown_managed_policy_may_allow_anything() -> None:
    decision = authorize(
        ROLE, "ecr:PutImage", "*", gather_policies(managed=["arn:aws:iam::aws:policy/Invented"])
    )
    assert decision.verdict is Verdict.UNKNOWN
    assert "does not know the managed policy arn:aws:iam::aws:policy/Invented" in decision.reason
    assert refusal(decision) is None


def test_conditions_see_the_context() -> None:
    document = _document({**PUSH, "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}})
    policies = gather_policies(inline={"P": document})
    assert (
        authorize(ROLE, "ecr:PutImage", "*", policies, {"aws:RequestedRegion": "eu-west-1"}).verdict
        is Verdict.ALLOW
    )
    assert authorize(ROLE, "ecr:PutImage", "*", policies).verdict is Verdict.DENY


def test_the_owner_of_a_bucket_may_be_told() -> None:
    policies = gather_policies(inline={"P": _document({**PUSH, "Action": "s3:*"})})
    other = authorize(ROLE, "s3:GetObject", "arn:aws:s3:::b/k", policies, resource_account="999999999999")
    assert other.verdict is Verdict.DENY
