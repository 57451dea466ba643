"""The table of calls: which principal of a pipeline makes which call, when, on what; each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from shipway.permissions.datafiles import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSURE = ("unverified", "inference")


@dataclass(frozen=True, slots=True)
class NeedEntry:
    """One line of the table."""

    id: str
    principal_kind: str
    """Such as ``codebuild-service-role``."""
    trigger: Mapping[str, Any]
    """The resource type that calls for it, the property that holds the principal, and when."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    """ARNs with ``${...}`` for properties."""
    context: Mapping[str, str]
    """Condition keys that the call carries."""
    evaluate: str
    """Which policies must allow: ``identity``, ``resource``, ``key``, two of these, or ``trust``."""
    why: str
    source_url: str
    basis: str
    """How it is known, such as ``doc:current`` or ``unverified``."""
    required: bool
    """Whether the pipeline fails without it."""

    @property
    def sure(self) -> bool:
        """Whether its absence may be reported as an error: it is required, and its source is firm."""
        return self.required and not self.basis.startswith(_UNSURE)


@cache
def needs_table() -> tuple[NeedEntry, ...]:
    """Every entry, in the order of the file."""
    return tuple(
        NeedEntry(
            entry["id"],
            entry["principal_kind"],
            entry["trigger"],
            tuple(entry["actions"]),
            tuple(entry["resource"]),
            entry["context"],
            entry["evaluate"],
            entry["why"],
            entry["source_url"],
            entry["basis"],
            entry["required"],
        )
        for entry in read_data("needs")
    )
