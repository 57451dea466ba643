"""Laws of the evaluation: a Deny never widens, an Allow never narrows, order is nothing, symbols sound."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shipway.permissions.decision import Verdict
from shipway.permissions.evaluate import evaluate
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, read_policy
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import Kind, Symbols

SYMBOLS = Symbols()
BUCKETS = [SYMBOLS.of(Kind.RESOURCE_NAME, name) for name in ("Bucket", "Other")]
ACCOUNT = SYMBOLS.of(Kind.NAME, "AWS::AccountId")
PARAMETER = SYMBOLS.of(Kind.ANYTHING, "Parameter")
RANK = {Verdict.DENY: 0, Verdict.UNKNOWN: 1, Verdict.ALLOW: 2}

accounts = st.sampled_from(["1", "2", ACCOUNT])
names = st.sampled_from(["a", "b", "*", "a*", "${aws:PrincipalAccount}", PARAMETER, *BUCKETS])
buckets = names.map(lambda name: f"arn:aws:s3:::{name}")
arns = st.one_of(
    st.just("*"),
    buckets,
    st.tuples(buckets, names).map("/".join),
    st.builds("arn:aws:kms:r:{}:key/{}".format, accounts, names),
)
actions = st.sampled_from(["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "kms:Decrypt", "kms:*"])
principals = st.one_of(
    st.just("*"),
    st.builds(lambda account: {"AWS": f"arn:aws:iam::{account}:root"}, accounts),
    st.builds(
        lambda account, name: {"AWS": f"arn:aws:iam::{account}:role/{name}"},
        accounts,
        st.sampled_from(["R", "Q"]),
    ),
    st.just({"AWS": PARAMETER}),
    st.just({"Service": "sns.amazonaws.com"}),
)
conditions = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(
            [
                "StringEquals",
                "StringNotEquals",
                "StringLikeIfExists",
                "ForAllValues:StringLike",
                "ForAnyValue:StringEquals",
                "ArnLike",
            ]
        ),
        st.dictionaries(st.sampled_from(["aws:x", "aws:y", "aws:PrincipalAccount"]), names, max_size=2),
        max_size=2,
    ),
    st.just({"Null": {"aws:x": "true"}}),
)


@st.composite
def statements(draw: st.DrawFn, effect: str | None = None, *, on_resource: bool = False) -> dict[str, Any]:
    negated = {element: draw(st.integers(0, 5)) == 0 for element in ("Action", "Resource", "Principal")}
    statement: dict[str, Any] = {
        "Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        ("NotAction" if negated["Action"] else "Action"): draw(st.lists(actions, min_size=1, max_size=2)),
        ("NotResource" if negated["Resource"] else "Resource"): draw(st.lists(arns, min_size=1, max_size=2)),
    }
    if on_resource:
        statement["NotPrincipal" if negated["Principal"] else "Principal"] = draw(principals)
    condition = draw(conditions) if draw(st.integers(0, 2)) == 0 else None
    if condition is not None:
        statement["Condition"] = condition
    return statement


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    """A call and its policies, all as plain data."""
    resource = draw(arns)
    identity = draw(st.lists(statements(), max_size=3))
    if draw(st.booleans()):
        identity.append(
            {"Effect": "Allow", "Action": "*", "Resource": draw(st.sampled_from(["*", resource]))}
        )
    return {
        "role": draw(st.builds("arn:aws:iam::{}:role/R".format, accounts)),
        "action": draw(st.sampled_from(["s3:GetObject", "s3:PutObject", "kms:Decrypt"])),
        "resource": resource,
        "account": draw(accounts | st.just("")),
        "context": draw(
            st.dictionaries(
                st.sampled_from(["aws:x", "aws:y"]), st.lists(names, min_size=1, max_size=2), max_size=2
            )
        ),
        "identity": identity,
        "boundary": draw(st.none() | st.lists(statements(), min_size=1, max_size=2)),
        "resource_policy": draw(st.lists(statements(on_resource=True), max_size=2)),
    }


def _verdict(situation: dict[str, Any], *, complete: bool = True) -> Verdict:
    def read(listed: Any, kind: Attachment) -> Any:
        return (read_policy({"Version": "2012-10-17", "Statement": listed}, name="P", attachment=kind),)

    boundary = situation["boundary"]
    policies = Policies(
        read(situation["identity"], Attachment.IDENTITY),
        None if boundary is None else read(boundary, Attachment.BOUNDARY),
        read(situation["resource_policy"], Attachment.RESOURCE),
    )
    request = Request(
        Principal.of(situation["role"]),
        situation["action"],
        situation["resource"],
        Context.of(situation["context"], complete=complete),
        situation["account"],
    )
    decision = evaluate(request, policies)
    assert decision.reason
    return decision.verdict


@given(situations(), statements("Deny"))
def test_a_deny_never_widens(situation: dict[str, Any], deny: dict[str, Any]) -> None:
    narrowed = {**situation, "identity": [*situation["identity"], deny]}
    assert RANK[_verdict(narrowed)] <= RANK[_verdict(situation)]


@given(situations(), statements("Deny", on_resource=True))
def test_a_deny_on_the_resource_never_widens(situation: dict[str, Any], deny: dict[str, Any]) -> None:
    narrowed = {**situation, "resource_policy": [*situation["resource_policy"], deny]}
    assert RANK[_verdict(narrowed)] <= RANK[_verdict(situation)]


@given(situations(), statements("Allow"))
def test_an_allow_never_narrows(situation: dict[str, Any], allow: dict[str, Any]) -> None:
    widened = {**situation, "identity": [*situation["identity"], allow]}
    assert RANK[_verdict(widened)] >= RANK[_verdict(situation)]


@given(situations(), statements("Allow", on_resource=True))
def test_an_allow_on_the_resource_never_narrows(situation: dict[str, Any], allow: dict[str, Any]) -> None:
    widened = {**situation, "resource_policy": [*situation["resource_policy"], allow]}
    assert RANK[_verdict(widened)] >= RANK[_verdict(situation)]


@given(situations())
def test_a_boundary_never_widens(situation: dict[str, Any]) -> None:
    assert RANK[_verdict(situation)] <= RANK[_verdict({**situation, "boundary": None})]


@given(situations())
def test_order_is_nothing(situation: dict[str, Any]) -> None:
    turned = {**situation, "identity": situation["identity"][::-1]}
    assert _verdict(turned) is _verdict(situation)


@given(situations())
def test_a_context_that_tells_less_decides_no_differently(situation: dict[str, Any]) -> None:
    told_less = _verdict(situation, complete=False)
    assert told_less in {Verdict.UNKNOWN, _verdict(situation)}


@st.composite
def _values(draw: st.DrawFn) -> dict[int, str]:
    first, second, *_ = draw(st.permutations(["a", "b", "c", "ab"]))
    return {
        ord(BUCKETS[0]): first,
        ord(BUCKETS[1]): second,
        ord(ACCOUNT): draw(st.sampled_from(["1", "2"])),
        ord(PARAMETER): draw(st.sampled_from(["", "a", "*", "a/b", "arn:aws:iam::1:root", "1", "b:c"])),
    }


def _instantiated(value: Any, values: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(values)
    if isinstance(value, list):
        return [_instantiated(one, values) for one in value]
    if isinstance(value, dict):
        return {key: _instantiated(one, values) for key, one in value.items()}
    return value


def _sound(situation: dict[str, Any], values: dict[int, str]) -> None:
    symbolic = _verdict(situation)
    concrete = _verdict(_instantiated(situation, values))
    assert symbolic in {Verdict.UNKNOWN, concrete}


@settings(max_examples=300)
@given(situations(), _values())
def test_a_symbolic_verdict_holds_for_every_instantiation(
    situation: dict[str, Any], values: dict[int, str]
) -> None:
    _sound(situation, values)


@pytest.mark.slow
@settings(max_examples=50_000, deadline=None)
@given(situations(), _values())
def test_a_symbolic_verdict_holds_for_50_000_instantiations(
    situation: dict[str, Any], values: dict[int, str]
) -> None:
    _sound(situation, values)
