"""What the reference vectors leave out: boundaries, accounts that nobody knows, who is said to lack what."""

from typing import Any

import pytest

from shipway.permissions.decision import Cause, Verdict
from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, Policy, read_policy, unreadable_policy
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import Kind, Symbols

SYMBOLS = Symbols()
ACCOUNT = SYMBOLS.of(Kind.NAME, "AWS::AccountId")
ROLE = Principal.role("arn:aws:iam::123456789012:role/R", session="S")
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DECRYPT = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}


def _policy(*statements: Any, kind: Attachment = Attachment.IDENTITY) -> Policy:
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)}, name="P", attachment=kind)


def _request(action: str = "s3:GetObject", resource: str = "arn:aws:s3:::b/k", account: str = "") -> Request:
    return Request(ROLE, action, resource, Context(), account)


def test_a_boundary_limits_what_identity_policies_allow() -> None:
    boundary = _policy({**GET, "Action": "ecr:*"}, kind=Attachment.BOUNDARY)
    decision = evaluate(_request(), Policies((_policy(GET),), (boundary,)))
    assert decision.verdict is Verdict.DENY
    assert decision.attachment is Attachment.BOUNDARY
    assert decision.nearest is None  # it has no statement about s3 at all


def test_a_boundary_allows_nothing_by_itself() -> None:
    boundary = _policy(GET, kind=Attachment.BOUNDARY)
    decision = evaluate(_request(), Policies((), (boundary,)))
    assert (decision.verdict, decision.attachment) == (Verdict.DENY, Attachment.IDENTITY)


def test_a_deny_in_a_boundary_is_explicit() -> None:
    boundary = _policy(GET, {**GET, "Effect": "Deny"}, kind=Attachment.BOUNDARY)
    decision = evaluate(_request(), Policies((_policy(GET),), (boundary,)))
    assert (decision.cause, decision.attachment) == (Cause.EXPLICIT_DENY, Attachment.BOUNDARY)


def test_a_boundary_also_limits_a_role_that_the_resource_names() -> None:
    bucket = _policy({**GET, "Principal": {"AWS": ROLE.arn}}, kind=Attachment.RESOURCE)
    assert evaluate(_request(), Policies(resource=(bucket,))).verdict is Verdict.ALLOW
    assert evaluate(_request(), Policies((), (), (bucket,))).verdict is Verdict.DENY


def test_the_resource_alone_does_not_admit_another_account() -> None:
    bucket = _policy({**GET, "Principal": "*"}, kind=Attachment.RESOURCE)
    foreign = _request(account="999999999999")
    decision = evaluate(foreign, Policies(resource=(bucket,)))
    assert (decision.verdict, decision.attachment) == (Verdict.DENY, Attachment.IDENTITY)
    assert evaluate(foreign, Policies((_policy(GET),), None, (bucket,))).verdict is Verdict.ALLOW


def test_the_owner_of_a_foreign_resource_must_allow_too() -> None:
    decision = evaluate(_request(account="999999999999"), Policies((_policy(GET),)))
    assert (decision.verdict, decision.attachment) == (Verdict.DENY, Attachment.RESOURCE)


def test_an_account_that_nobody_knows_leaves_it_open() -> None:
    policies = Policies((_policy(GET),))
    assert evaluate(_request(account=ACCOUNT), policies).verdict is Verdict.UNKNOWN
    both = Policies((_policy(GET),), None, (_policy({**GET, "Principal": "*"}, kind=Attachment.RESOURCE),))
    assert evaluate(_request(account=ACCOUNT), both).verdict is Verdict.ALLOW


def test_a_key_without_policy_admits_nobody() -> None:
    decision = evaluate(_request("kms:Decrypt", KEY), Policies((_policy(DECRYPT),)))
    assert (decision.verdict, decision.attachment) == (Verdict.DENY, Attachment.RESOURCE)


def test_a_key_whose_policy_nobody_read_leaves_it_open() -> None:
    unread = unreadable_policy("imported", "key", Attachment.RESOURCE)
    decision = evaluate(_request("kms:Decrypt", KEY), Policies((_policy(DECRYPT),), None, (unread,)))
    assert decision.verdict is Verdict.UNKNOWN
    assert "imported" in decision.reason


def test_a_service_has_no_identity_policies() -> None:
    request = Request(Principal.of("sns.amazonaws.com"), "kms:Decrypt", KEY)
    named = _policy({**DECRYPT, "Principal": {"Service": "sns.amazonaws.com"}}, kind=Attachment.RESOURCE)
    assert evaluate(request, Policies((_policy(DECRYPT),))).verdict is Verdict.DENY
    assert evaluate(request, Policies(resource=(named,))).verdict is Verdict.ALLOW


@pytest.mark.parametrize("principal", ["*", {"AWS": "123456789012"}, {"AWS": ROLE.session}])
def test_a_deny_reaches_whoever_is_meant(principal: Any) -> None:
    deny = _policy({**GET, "Effect": "Deny", "Principal": principal}, kind=Attachment.RESOURCE)
    decision = evaluate(_request(), Policies((_policy(GET),), None, (deny,)))
    assert decision.cause is Cause.EXPLICIT_DENY


def test_a_decision_names_the_statement_that_decided() -> None:
    policy = _policy({**GET, "Action": "ecr:*"}, {**GET, "Sid": "Read"})
    decision = evaluate(_request(), Policies((policy,)))
    assert decision.statements == (policy.statements[1],)
    assert decision.reason == "allowed by statement 2 (Read) of policy P"


def test_what_cannot_be_told_names_the_open_element() -> None:
    bucket = SYMBOLS.of(Kind.ANYTHING, "BucketParameter")
    decision = evaluate(_request(), Policies((_policy({**GET, "Resource": f"arn:aws:s3:::{bucket}/*"}),)))
    assert decision.verdict is Verdict.UNKNOWN
    assert SYMBOLS.show(decision.reason) == (
        "cannot be told from statement 1 of policy P: "
        "Resource arn:aws:s3:::${BucketParameter}/* may not cover arn:aws:s3:::b/k"
    )
