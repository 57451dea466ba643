from collections import Counter

import pytest

from shipway.localcloud.balancer.configuration import (
    Condition,
    FixedResponse,
    Forward,
    Listener,
    Redirect,
    Rule,
)
from shipway.localcloud.balancer.http1 import parse_request
from shipway.localcloud.balancer.routing import Router, Turns, applies, location

REQUEST = parse_request(
    b"GET /img/a.png?size=big&v=1 HTTP/1.1\r\nHost: shop.example.com:8080\r\nX-Beta: yes, please\r\n\r\n"
)
DEFAULT = Rule((), FixedResponse(404))


def listener(*rules: Rule) -> Listener:
    return Listener("arn:l", "arn:lb", "lb.example.com", 80, "HTTP", "app/lb/1", (*rules, DEFAULT))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("path-pattern", ("/img/*",)), True),
        (Condition("path-pattern", ("/IMG/*",)), False),
        (Condition("path-pattern", ("/img/?.png",)), True),
        (Condition("path-pattern", ("/img/[a].png",)), False),
        (Condition("host-header", ("*.EXAMPLE.com",)), True),
        (Condition("host-header", ("example.com",)), False),
        (Condition("http-header", ("yes*",), "x-beta"), True),
        (Condition("http-header", ("yes*",), "x-alpha"), False),
        (Condition("http-request-method", ("GET", "HEAD")), True),
        (Condition("http-request-method", ("POST",)), False),
        (Condition("query-string", ("size=b*",)), True),
        (Condition("query-string", ("size=small", "1")), True),
        (Condition("query-string", ("big=size",)), False),
        (Condition("source-ip", ("10.0.0.0/8", "127.0.0.0/8")), True),
        (Condition("source-ip", ("10.0.0.0/8",)), False),
        (Condition("nothing AWS has", ("*",)), False),
    ],
)
def test_conditions(condition: Condition, *, expected: bool) -> None:
    assert applies(condition, REQUEST, "127.0.0.1") is expected


def test_the_first_rule_whose_conditions_all_hold_decides() -> None:
    img = Condition("path-pattern", ("/img/*",))
    post = Condition("http-request-method", ("POST",))
    router = Router(listener(Rule((img, post), FixedResponse(201)), Rule((img,), FixedResponse(202))))
    assert router.action(REQUEST, "127.0.0.1") == (1, FixedResponse(202))


def test_without_a_match_the_default_rule_decides() -> None:
    router = Router(listener(Rule((Condition("path-pattern", ("/x",)),), FixedResponse(201))))
    assert router.action(REQUEST, "127.0.0.1")[1] == FixedResponse(404)


@pytest.mark.parametrize(
    "weights", [{"b": 90, "g": 10}, {"b": 1, "g": 1}, {"b": 0, "g": 3}, {"b": 2, "g": 3, "c": 5}]
)
def test_turns_are_exact_over_the_sum_of_the_weights(weights: dict[str, int]) -> None:
    turns = Turns(tuple(weights.items()))
    total = sum(weights.values())
    drawn = Counter(turns.next() for _ in range(3 * total))
    assert drawn == Counter({name: 3 * weight for name, weight in weights.items() if weight})


def test_a_canary_gets_its_tenth_early() -> None:
    turns = Turns((("blue", 90), ("green", 10)))
    assert "green" in [turns.next() for _ in range(10)]


def test_no_turn_when_every_weight_is_zero() -> None:
    assert Turns((("a", 0), ("b", 0))).next() is None


def test_each_forward_rule_takes_its_own_turns() -> None:
    rule = Rule((), Forward((("blue", 1), ("green", 1))))
    router = Router(listener(rule, rule))
    assert [router.group(0), router.group(1)] == ["blue", "blue"]


def test_redirects_fill_in_what_was_asked() -> None:
    to = Redirect(301, protocol="HTTPS", port="443")
    assert location(to, REQUEST, listener()) == "https://shop.example.com:443/img/a.png?size=big&v=1"
