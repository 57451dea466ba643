"""Why a call is not allowed: which statement comes nearest, and at which of its elements it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.permissions.policy import Statement
    from shipway.permissions.request import Request


class Failure(NamedTuple):
    """One element that does not cover the call, or (`open`) may not."""

    element: str
    """Action, Resource, Principal, Condition or Statement."""
    wanted: str
    """What the policy says there: of several values the one closest to the call's."""
    given: str
    """What the call has there."""
    open: bool

    @property
    def sentence(self) -> str:
        """Such as ``Resource arn:... does not cover arn:...``."""
        verb = "may not cover" if self.open else "does not cover"
        return f"{self.element} {self.wanted} {verb} {self.given}"


class NearMiss(NamedTuple):
    """A statement that nearly decides a call, and what keeps it from that."""

    statement: Statement
    failures: tuple[Failure, ...]

    @property
    def sentence(self) -> str:
        """The statement and its failures."""
        return f"{self.statement.shown}: {'; '.join(failure.sentence for failure in self.failures)}"


def nearest(statements: Iterable[Statement], request: Request) -> NearMiss | None:
    """The statement that comes nearest to deciding the call; None when none is about its service."""
    service = request.lowered.partition(":")[0]
    best: NearMiss | None = None
    best_score: tuple[int, ...] = ()
    for statement in statements:
        failures = failures_of(statement, request)
        if not failures or not _about(statement, service):
            continue
        score = _score(failures)
        if best is None or score > best_score:
            best, best_score = NearMiss(statement, failures), score
    return best


def failures_of(statement: Statement, request: Request) -> tuple[Failure, ...]:
    """Every element of the statement that does not certainly cover the call, in the order they are asked."""
    found = [Failure("Statement", problem, "what AWS accepts", open=True) for problem in statement.problems]
    if statement.action is not None:
        found += _failure(
            "Action",
            statement.action.texts,
            request.action,
            statement.action.covers(request),
            statement.action.negated,
        )
    if statement.resource is not None:
        truth = statement.resource.covers(request)
        found += _failure(
            "Resource", statement.resource.texts, request.resource, truth, statement.resource.negated
        )
    if statement.principal is not None:
        truth = statement.principal.names(request.principal).either
        named = tuple(value for _, value in statement.principal.entries)
        found += _failure("Principal", named, request.principal.shown, truth, statement.principal.negated)
    for condition in statement.conditions:
        given = request.value_of(condition.key)
        shown = f"{condition.key} {_values(given)}"
        values = (f"{condition.operator} {', '.join(condition.values)}",)
        found += _failure("Condition", values, shown, condition.fulfilled(request))
    return tuple(found)


def _failure(
    element: str,
    wanted: tuple[str, ...],
    given: str,
    truth: Truth,
    negated: bool = False,  # noqa: FBT001, FBT002 - the element's own flag, handed through
) -> list[Failure]:
    if truth is Truth.YES:
        return []
    closest = max(wanted, key=lambda one: _shared(one.lower(), given.lower()), default="(nothing)")
    return [Failure(f"Not{element}" if negated else element, closest, given, truth is Truth.UNKNOWN)]


def _about(statement: Statement, service: str) -> bool:
    """Whether the statement has an action of this service; one whose actions nobody can read may have."""
    if statement.action is None or statement.action.negated:
        return True
    return any(text == "*" or text.lower().startswith(f"{service}:") for text in statement.action.texts)


def _score(failures: tuple[Failure, ...]) -> tuple[int, ...]:
    """Nearer is greater: the action weighs most, then the principal, the resource and how much of it fits."""
    by_element = {failure.element.removeprefix("Not"): failure for failure in failures}

    def weight(element: str) -> int:
        failure = by_element.get(element)
        return 2 if failure is None else int(failure.open)

    resource = by_element.get("Resource")
    fit = _shared(resource.wanted, resource.given) if resource else 0
    return (
        weight("Action"),
        weight("Principal"),
        weight("Resource"),
        fit,
        weight("Condition"),
        -len(failures),
    )


def _shared(one: str, other: str) -> int:
    """How many characters two texts share at their beginning."""
    return next((i for i, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def _values(given: tuple[str, ...] | None) -> str:
    if given is None:
        return "(not told)"
    return ", ".join(given) if given else "(absent)"
