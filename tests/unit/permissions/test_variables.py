import pytest

from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import UNTOLD
from shipway.permissions.variables import has_variables, substitute, without_variables

ROLE = Principal.role("arn:aws:iam::123456789012:role/R")
VALUES = {"aws:username": "ann", "aws:PrincipalTag/team": "a*b", "aws:TagKeys": ["x", "y"]}


def _request(*, complete: bool = True) -> Request:
    return Request(ROLE, "s3:GetObject", "arn:aws:s3:::b/k", Context.of(VALUES, complete=complete))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("home/${aws:username}/x", "home/ann/x"),
        ("${AWS:UserName}", "ann"),
        ("${aws:PrincipalTag/team}", "a${*}b"),
        ("${aws:PrincipalTag/none, 'dflt'}", "dflt"),
        ("${aws:username, 'dflt'}", "ann"),
        ("${aws:PrincipalTag/none, 'it''s'}", "it's"),
        ("${aws:PrincipalAccount}-${aws:username}", "123456789012-ann"),
        ("${aws:PrincipalTag/none}", None),
        ("${aws:TagKeys}", None),
        ("plain ${*} ${?} ${$}", "plain ${*} ${?} ${$}"),
    ],
)
def test_substitute(text: str, expected: str | None) -> None:
    assert substitute(text, _request()) == expected


def test_a_value_that_nobody_told_is_opaque() -> None:
    assert substitute("a/${aws:PrincipalTag/none}/b", _request(complete=False)) == f"a/{UNTOLD}/b"


def test_has_variables() -> None:
    assert has_variables("x${aws:username}")
    assert not has_variables("x${*}${?}${$}")
    assert not has_variables("$ {aws:username}")


def test_the_old_version_has_none() -> None:
    assert not has_variables(without_variables("${aws:username}"))
