"""The ``Action`` and ``Resource`` elements of a statement, compiled once and asked often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.permissions.pattern import Pattern, glob
from shipway.permissions.symbols import UNTOLD, is_opaque
from shipway.permissions.truth import Truth, any_of
from shipway.permissions.variables import has_variables, substitute, without_variables

if TYPE_CHECKING:
    from shipway.permissions.request import Request


class ActionElement(NamedTuple):
    """``Action`` or ``NotAction``. Actions know no case."""

    texts: tuple[str, ...]
    negated: bool
    exact: frozenset[str]
    globs: tuple[Pattern, ...]

    @staticmethod
    def read(value: Any, negated: bool, problems: list[str]) -> ActionElement | None:  # noqa: FBT001 - a pair, unpacked
        """The element; None when there is none. Adds what is wrong to `problems`."""
        if value is None:
            return None
        texts = _strings("Action", value, problems)
        problems += [f"Action {text!r} has no service prefix" for text in texts if not _has_prefix(text)]
        simple = [text for text in texts if not is_opaque(text) and not set(text) & set("*?")]
        return ActionElement(
            texts,
            negated,
            frozenset(text.lower() for text in simple),
            tuple(glob(text, fold=True) for text in texts if text not in simple),
        )

    def covers(self, request: Request) -> Truth:
        """Whether the request's action is meant."""
        listed = (
            Truth.YES
            if request.lowered in self.exact
            else any_of(pattern.matches(request.lowered) for pattern in self.globs)
        )
        return listed.negated() if self.negated else listed


class ResourceElement(NamedTuple):
    """``Resource`` or ``NotResource``, with policy variables where the policy's version has them."""

    texts: tuple[str, ...]
    negated: bool
    fixed: tuple[Pattern, ...]
    open_texts: tuple[str, ...]

    @staticmethod
    def read(
        value: Any,
        negated: bool,  # noqa: FBT001 - a pair, unpacked
        problems: list[str],
        *,
        variables: bool,
    ) -> ResourceElement | None:
        """The element; None when there is none. Adds what is wrong to `problems`."""
        if value is None:
            return None
        texts = _strings("Resource", value, problems)
        meant = texts if variables else tuple(without_variables(text) for text in texts)
        return ResourceElement(
            texts,
            negated,
            tuple(glob(text) for text in meant if not has_variables(text)),
            tuple(text for text in meant if has_variables(text)),
        )

    def covers(self, request: Request) -> Truth:
        """Whether the request's resource is meant."""
        listed = any_of(pattern.matches(request.resource) for pattern in self.fixed)
        if self.open_texts and listed is not Truth.YES:
            listed = max(listed, any_of(self._resolved(text, request) for text in self.open_texts))
        return listed.negated() if self.negated else listed

    def _resolved(self, text: str, request: Request) -> Truth:
        resolved = substitute(text, request)
        if resolved is None:
            # A statement whose variable has no value is void, in whichever way it was meant.
            return Truth.YES if self.negated else Truth.NO
        return glob(resolved).matches(request.resource)


def _strings(element: str, value: Any, problems: list[str]) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    problems += [f"{element} is not a string: {one!r}" for one in listed if not isinstance(one, str)]
    if not listed:
        problems.append(f"{element} is empty")
    return tuple(one if isinstance(one, str) else UNTOLD for one in listed)


def _has_prefix(action: str) -> bool:
    return action == "*" or ":" in action or is_opaque(action)
