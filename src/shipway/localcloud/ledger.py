"""What the cloud did for real and what it did not: nothing is skipped in silence."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum


class Fidelity(StrEnum):
    """How close to AWS a thing was done."""

    EMULATED = "emulated"  # AWS's interface and states, our implementation
    EXECUTED = "executed locally"  # the user's own code ran, on this machine
    SIMULATED = "simulated"  # recorded and answered, nothing happened
    NOT_HONOURED = "not honoured"  # asked for and left out


@dataclass(frozen=True)
class Entry:
    """One statement of the ledger.

    Attributes:
        fidelity: How close to AWS.
        what: The subject, e.g. ``AWS::EC2::NatGateway`` or ``Dockerfile RUN``.
        detail: One sentence.
        where: Logical id, property or file line; empty when it holds everywhere.
    """

    fidelity: Fidelity
    what: str
    detail: str = ""
    where: str = ""


class Ledger:
    """An ordered set of entries; safe to write from any thread."""

    def __init__(self) -> None:
        self._entries: dict[Entry, None] = {}
        self._lock = threading.Lock()

    def note(self, fidelity: Fidelity, what: str, detail: str = "", *, where: str = "") -> None:
        """Write an entry; the same one twice stands once."""
        with self._lock:
            self._entries[Entry(fidelity, what, detail, where)] = None

    def write(self, entry: Entry) -> None:
        """Write an entry that stands ready."""
        self.note(entry.fidelity, entry.what, entry.detail, where=entry.where)

    def entries(self) -> list[Entry]:
        """All entries in the order in which they were first written."""
        with self._lock:
            return list(self._entries)

    def as_json(self) -> dict[str, object]:
        """The shape that ``GET /_shipway/ledger`` answers."""
        return {"entries": [asdict(entry) for entry in self.entries()]}
