"""Which action a request meets, and which group gets it: rules, conditions and weights, without any I/O."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from shipway.localcloud.balancer.configuration import Action, Condition, Forward, Listener, Redirect

if TYPE_CHECKING:
    from shipway.localcloud.balancer.http1 import Request


class Router:
    """Routes the requests of one listener as it is configured; a change of the listener makes a new one."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        # One turn order per rule, so that each rule's split is exact over its own requests.
        self._turns = {
            index: Turns(rule.action.weights)
            for index, rule in enumerate(listener.rules)
            if isinstance(rule.action, Forward)
        }

    def action(self, request: Request, peer: str) -> tuple[int, Action]:
        """The first rule that applies (the default rule always does) and its action."""
        for index, rule in enumerate(self.listener.rules):
            if all(applies(condition, request, peer) for condition in rule.conditions):
                return index, rule.action
        raise LookupError(f"{self.listener.arn} has no default rule")

    def group(self, rule: int) -> str | None:
        """The target group whose turn it is; `None` when every weight is 0."""
        return self._turns[rule].next()


class Turns:
    """Weighted turns without chance: of every `sum(weights)` requests each group gets exactly its weight.

    AWS draws at random, which comes to the same over many requests; this comes to it over few, so that a
    rehearsal that lasts seconds shows the split that hours on AWS would.
    """

    def __init__(self, weights: tuple[tuple[str, int], ...]) -> None:
        self._weights = [(name, weight) for name, weight in weights if weight > 0]
        self._total = sum(weight for _, weight in self._weights)
        self._credit = dict.fromkeys((name for name, _ in self._weights), 0)

    def next(self) -> str | None:
        """The name whose turn it is."""
        if not self._weights:
            return None
        if len(self._weights) == 1:
            return self._weights[0][0]
        for name, weight in self._weights:
            self._credit[name] += weight
        chosen = max(self._credit, key=self._credit.__getitem__)
        self._credit[chosen] -= self._total
        return chosen


def applies(condition: Condition, request: Request, peer: str) -> bool:
    """Whether one of the condition's values is met."""
    kind = condition.kind
    if kind == "source-ip":
        address = ipaddress.ip_address(peer)
        return any(address in ipaddress.ip_network(value, strict=False) for value in condition.values)
    if kind == "query-string":
        query = request.target.partition(b"?")[2].decode("latin-1")
        pairs = parse_qsl(query, keep_blank_values=True)
        return any(_query_applies(value, pairs) for value in condition.values)
    return any(
        _any(condition.values, text, ignore_case=kind != "path-pattern")
        for text in _texts(condition, request)
    )


def _texts(condition: Condition, request: Request) -> list[str]:
    """What of the request a condition's patterns are held against."""
    match condition.kind:
        case "path-pattern":
            found = [request.target.partition(b"?")[0]]
        case "host-header":
            host = request.get(b"host")
            found = [host.partition(b":")[0]]
        case "http-request-method":
            found = [request.method]
        case "http-header":
            name = condition.header.encode("latin-1")
            found = [value for key, value in request.headers if key == name]
        case _:
            found = []
    return [value.decode("latin-1") for value in found]


def location(redirect: Redirect, request: Request, listener: Listener) -> str:
    """Where a redirect sends the client."""
    path, _, query = request.target.decode("latin-1").partition("?")
    host = request.get(b"host").decode("latin-1").partition(":")[0]
    known = {
        "#{protocol}": listener.protocol.lower(),
        "#{host}": host,
        "#{port}": str(listener.port),
        "#{path}": path.removeprefix("/"),
        "#{query}": query,
    }

    def filled(text: str) -> str:
        for name, value in known.items():
            text = text.replace(name, value)
        return text

    query = filled(redirect.query)
    return (
        f"{filled(redirect.protocol).lower()}://{filled(redirect.host)}:{filled(redirect.port)}"
        f"{filled(redirect.path)}{'?' + query if query else ''}"
    )


def _query_applies(wanted: str, pairs: list[tuple[str, str]]) -> bool:
    key, equals, value = wanted.rpartition("=")
    return any(_any((value,), given) and (not equals or _any((key,), name)) for name, given in pairs)


def _any(patterns: tuple[str, ...], text: str, *, ignore_case: bool = True) -> bool:
    return any(_pattern(pattern, ignore_case).fullmatch(text) for pattern in patterns)


@lru_cache(maxsize=1024)
def _pattern(pattern: str, ignore_case: bool) -> re.Pattern[str]:  # noqa: FBT001 - lru_cache wants it positional
    """AWS's wildcards: ``*`` is any text, ``?`` any one character, nothing else is special."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
