"""The table of calls that the principals of a pipeline make; each with its source and how sure it is."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.datafiles import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSURE = ("unverified", "inference")


class Impact(Enum):
    """What happens without the permission. The value completes the sentence "without it, ..."."""

    FAILS = "the call fails, and the delivery with it"
    DEGRADES = "the delivery goes on, and something of it is lost"
    DOCUMENTED = "nothing is known to fail, though AWS's guides list it"
    OPTIONAL = "nothing fails in the ordinary case"


class NeedEntry(NamedTuple):
    """One line of the table. When it applies, and to which resources, is told by the modules of `calls`."""

    id: str
    principal: str
    """Such as ``codebuild-service-role``."""
    actions: tuple[str, ...]
    """Empty where a program names them."""
    context: Mapping[str, str]
    """Condition keys that the call carries; ``${Region}`` stands for the Region."""
    why: str
    source_url: str
    basis: str
    """How it is known, such as ``doc:current`` or ``unverified``."""
    impact: Impact

    @property
    def sure(self) -> bool:
        """Whether its source is firm."""
        return not self.basis.startswith(_UNSURE)


@cache
def needs_table() -> dict[str, NeedEntry]:
    """Every entry by its id, in the order of the file."""
    return {
        each["id"]: NeedEntry(
            each["id"],
            each["principal"],
            tuple(each["actions"]),
            each.get("context", {}),
            each["why"],
            each["source_url"],
            each["basis"],
            Impact[each["impact"].upper()],
        )
        for each in read_data("needs")
    }
