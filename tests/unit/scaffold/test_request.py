import pytest

from shipway.errors import InputError
from shipway.scaffold.request import LONGEST_NAME, Request


def test_a_plain_name_is_enough():
    request = Request("demo")
    assert (request.email, request.github) == ("team@example.com", "")


def test_the_longest_name_is_one_that_fits():
    assert Request("x" * LONGEST_NAME).name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "lower-case letters"),
        ("Demo", "lower-case letters"),
        ("my_app", "lower-case letters"),
        ("-demo", "lower-case letters"),
        ("demo-", "lower-case letters"),
        ("a--b", "lower-case letters"),
        ("../demo", "lower-case letters"),
        ("démo", "lower-case letters"),
        ("internal-api", "name of the load balancer"),
        ("x" * (LONGEST_NAME + 1), f"{LONGEST_NAME} are allowed"),
    ],
)
def test_a_name_that_some_resource_could_not_bear_is_refused(name, says):
    with pytest.raises(InputError, match=says):
        Request(name)


@pytest.mark.parametrize("email", ["", "team", "team@host", "a b@example.com", 'a"b@example.com'])
def test_an_address_that_is_none_is_refused(email):
    with pytest.raises(InputError, match="--email"):
        Request("demo", email=email)


@pytest.mark.parametrize("github", ["hello", "acme/", "acme/hello/main", "https://github.com/acme/hello"])
def test_a_repository_without_its_owner_is_refused(github):
    with pytest.raises(InputError, match="--github"):
        Request("demo", github=github)
