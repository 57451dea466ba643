"""One call as IAM sees it: who, which action, on what, in which context."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shipway.permissions.principal import Principal

_ACCOUNT_FIELD = 4


class Context(NamedTuple):
    """Condition keys and their values.

    An empty tuple says that the call does not have the key. A key that is not listed is absent as well when
    the context is `complete` (a real request), and untold when it is not (a call foreseen from a template).
    """

    values: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    complete: bool = True

    @staticmethod
    def of(values: Mapping[str, str | Sequence[str]], *, complete: bool = True) -> Context:
        """A context from values as people write them; keys in any case."""
        return Context(
            {
                key.lower(): (value,) if isinstance(value, str) else tuple(value)
                for key, value in values.items()
            },
            complete,
        )


_NO_CONTEXT = Context()


@dataclass(frozen=True, slots=True)
class Request:
    """One call. The resource is an ARN, or ``*`` where the action knows no resources."""

    principal: Principal
    action: str
    resource: str
    context: Context = _NO_CONTEXT
    resource_account: str = ""
    """Who owns the resource; read from the ARN when empty, and the caller's account when the ARN has none."""
    lowered: str = field(init=False, repr=False, compare=False)
    """The action in lower case: actions know no case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lowered", self.action.lower())

    @property
    def owner(self) -> str:
        """The account that owns the resource; empty when nothing says."""
        if self.resource_account:
            return self.resource_account
        parts = self.resource.split(":", _ACCOUNT_FIELD + 1)
        return parts[_ACCOUNT_FIELD] if len(parts) > _ACCOUNT_FIELD else ""

    def value_of(self, key: str) -> tuple[str, ...] | None:
        """The values of a condition key; empty when the call does not have it, None when nobody told."""
        lowered = key.lower()
        told = self.context.values.get(lowered)
        if told is not None:
            return told
        derived = _DERIVED.get(lowered)
        if derived is not None:
            value = derived(self)
            if value:
                return (value,)
        return () if self.context.complete else None


# What every request carries by itself.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_DERIVED: dict[str, Callable[[Request], str]] = {
    "aws:principalarn": lambda request: request.principal.arn,
    "aws:principalaccount": lambda request: request.principal.account,
    "aws:principalisawsservice": lambda request: "true" if request.principal.service else "false",
    "aws:principalservicename": lambda request: request.principal.service,
    "aws:resourceaccount": lambda request: request.owner,
}
