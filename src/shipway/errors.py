"""Every error that a user can meet, with its exit code.

Findings and failed rehearsals are results, not errors: they end with exit code 1 and are not here.
"""

from __future__ import annotations

from typing import ClassVar

EXIT_CLEAN = 0
EXIT_FINDINGS = 1


class ShipwayError(Exception):
    """What is wrong, where, the value that was met, and what to do about it.

    Args:
        what: One sentence without a full stop, e.g. ``"no cdk.json"``.
        where: File, resource or option that the sentence is about; empty when there is none.
        value: The offending value, shown as given; empty when there is none.
        remedy: What the reader should do next.
    """

    exit_code: ClassVar[int] = 4

    def __init__(self, what: str, *, where: str = "", value: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.value = value
        self.remedy = remedy

    def __str__(self) -> str:
        """The whole message on one line."""
        place = f"{self.where}: " if self.where else ""
        value = f" (got {self.value})" if self.value else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{value}{remedy}"


class InputError(ShipwayError):
    """Input that cannot be read or used: a file, an option, a project (exit code 2)."""

    exit_code = 2


class MissingRequirementError(ShipwayError):
    """Something that this machine lacks: a program, a port, a Python extra (exit code 3)."""

    exit_code = 3


class UnsupportedError(ShipwayError):
    """A feature of AWS or of a project that Shipway does not support (exit code 3)."""

    exit_code = 3


class InternalError(ShipwayError):
    """Our bug (exit code 4)."""

    exit_code = 4
