from typing import Any

import pytest

from shipway.permissions.principal import Grant, Principal, read_principals
from shipway.permissions.symbols import Kind, Symbols
from shipway.permissions.truth import Truth

NO, UNKNOWN, YES = Truth.NO, Truth.UNKNOWN, Truth.YES
SYMBOLS = Symbols()
ACCOUNT = SYMBOLS.of(Kind.NAME, "AWS::AccountId")
IMPORT = SYMBOLS.of(Kind.ANYTHING, "import")
ROLE = Principal.role("arn:aws:iam::123456789012:role/svc/R", session="S")
OWN = Principal.role(f"arn:aws:iam::{ACCOUNT}:role/R")
EVENTS = Principal.of("events.amazonaws.com")


def test_the_session_of_a_role_leaves_out_its_path() -> None:
    assert ROLE.session == "arn:aws:sts::123456789012:assumed-role/R/S"
    assert ROLE.shown == ROLE.session
    assert OWN.shown == OWN.arn
    assert EVENTS.shown == "events.amazonaws.com"


@pytest.mark.parametrize(
    ("element", "caller", "expected"),
    [
        ("*", ROLE, Grant(YES)),
        ("*", EVENTS, Grant(YES)),
        ({"AWS": "*"}, ROLE, Grant(YES)),
        ({"AWS": "123456789012"}, ROLE, Grant(NO, YES)),
        ({"AWS": "arn:aws:iam::123456789012:root"}, ROLE, Grant(NO, YES)),
        ({"AWS": "arn:aws:iam::999999999999:root"}, ROLE, Grant(NO)),
        ({"AWS": ["999999999999", ROLE.arn]}, ROLE, Grant(YES)),
        ({"AWS": ROLE.session}, ROLE, Grant(YES)),
        ({"AWS": "arn:aws:iam::123456789012:role/svc/*"}, ROLE, Grant(NO)),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, OWN, Grant(NO, YES)),
        ({"AWS": ACCOUNT}, OWN, Grant(NO, YES)),
        ({"AWS": "arn:aws:iam::123456789012:root"}, OWN, Grant(NO, UNKNOWN)),
        ({"AWS": IMPORT}, ROLE, Grant(UNKNOWN, UNKNOWN)),
        ({"Service": "events.amazonaws.com"}, EVENTS, Grant(YES)),
        ({"Service": "sns.amazonaws.com"}, EVENTS, Grant(NO)),
        ({"Service": "events.amazonaws.com"}, ROLE, Grant(NO)),
        ({"Service": "events.eu-west-1.amazonaws.com"}, EVENTS, Grant(UNKNOWN)),
        ({"Service": "*"}, EVENTS, Grant(UNKNOWN)),
        ({"AWS": "123456789012"}, EVENTS, Grant(NO)),
        ({"Federated": "accounts.google.com"}, ROLE, Grant(NO)),
        ({"CanonicalUser": "79a59df900b949e5"}, ROLE, Grant(UNKNOWN)),
        ({"CanonicalUser": "79a59df900b949e5"}, EVENTS, Grant(NO)),
    ],
)
def test_principal(element: Any, caller: Principal, expected: Grant) -> None:
    read, problems = read_principals(element)
    assert not problems
    assert read.names(caller) == expected


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"AWS": [ROLE.arn, "123456789012"]}, Grant(NO)),
        ({"AWS": ROLE.arn}, Grant(UNKNOWN)),
        ({"AWS": "arn:aws:iam::123456789012:role/other"}, Grant(YES)),
    ],
)
def test_not_principal(element: Any, expected: Grant) -> None:
    assert read_principals(element, negated=True)[0].names(ROLE) == expected


@pytest.mark.parametrize("element", [7, "nobody", {"Person": "x"}, {"AWS": {"Ref": "Role"}}, {"AWS": [3]}])
def test_what_aws_refuses_is_a_problem_and_names_nobody_for_sure(element: Any) -> None:
    read, problems = read_principals(element)
    assert problems
    assert read.names(ROLE).either is UNKNOWN
