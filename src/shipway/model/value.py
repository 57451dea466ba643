"""What a template says about a property: a value, or why there is none to be seen.

An unknown is never a pass and never a violation. An absent property is ``None``, which is neither: AWS has
documented defaults for those.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from shipway.model.text import Text

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Cause(Enum):
    """Why a value cannot be seen."""

    PARAMETER = "a parameter without a default"
    DEPLOYED = "known only once it is deployed"
    IMPORTED = "exported by a stack that was not given"
    OUTSIDE = "declared in none of the given templates"
    DYNAMIC = "a dynamic reference"
    UNSUPPORTED = "an expression that Shipway does not evaluate"
    INVALID = "not what CloudFormation accepts there"


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A value, as it will be deployed when parameters keep the values of this reading."""

    value: T_co
    origin: Text | None = None
    """How the template spells it, where that is more than the value itself."""

    @property
    def text(self) -> Text:
        """The symbolic string behind the value."""
        if self.origin is not None:
            return self.origin
        written = str(self.value)
        return Text((written,)) if written else Text()

    @property
    def assumes(self) -> tuple[str, ...]:
        """The parameters whose values were taken for granted."""
        return self.origin.parameters if self.origin is not None else ()


@dataclass(frozen=True, slots=True)
class Unresolved:
    """No value, and why: ``reason`` completes the sentence "undetermined, because ...".

    It carries the symbolic string where there is one: much can be said about
    ``arn:aws:iam::${AWS::AccountId}:role/deploy`` without knowing the account.
    """

    reason: str
    cause: Cause = Cause.UNSUPPORTED
    text: Text | None = None


Value: TypeAlias = Known[T] | Unresolved


def known(value: Value[T] | None) -> T | None:
    """The value where it is known; None where it is absent or unresolved.

    Only for rules to which the absent and the unknown are equally no reason to speak.
    """
    return value.value if isinstance(value, Known) else None


def text_of(value: Value[str] | None) -> Text:
    """The symbolic string of a value; empty where there is none."""
    return (value.text if value is not None else None) or Text()


class Many(tuple[T_co, ...]):  # noqa: SLOT001 -- CPython allows a tuple no slots
    """A list as far as it can be seen, and why there may be more.

    ``rest`` is None when the list is complete. Who concludes from something *not* being in the list must
    look at ``rest`` first.
    """

    rest: Unresolved | None = None

    @classmethod
    def of(cls, items: list[T_co] | tuple[T_co, ...], rest: Unresolved | None = None) -> Many[T_co]:
        """A list; with ``rest``, one of which only a part can be seen."""
        many = cls(items)
        many.rest = rest
        return many

    @property
    def complete(self) -> bool:
        """Whether nothing but what is seen can be in the list."""
        return self.rest is None
