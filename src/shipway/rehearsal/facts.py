"""What is seen of AWS, and what it was worth: the small values that events are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fidelity(StrEnum):
    """How real a thing was."""

    EMULATED = "emulated"
    EXECUTED = "executed locally"
    SIMULATED = "simulated"
    NOT_HONOURED = "not honoured"


class Outcome(StrEnum):
    """How a step, a drill or a whole rehearsal ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Weight:
    """The share of the traffic, in percent, that a listener sends to a target group."""

    target_group: str
    percent: float


@dataclass(frozen=True)
class TaskSet:
    """A task set of the service; ``status`` is ``PRIMARY``, ``ACTIVE`` or ``DRAINING``."""

    id: str
    status: str
    task_definition: str
    target_group: str
    running: int
    desired: int


@dataclass(frozen=True)
class FailedRequests:
    """How many requests failed for one reason."""

    reason: str
    count: int


@dataclass(frozen=True)
class Leftover:
    """A resource that its own service still lists after the stack was deleted."""

    service: str
    resource: str


@dataclass(frozen=True)
class LedgerEntry:
    """What one part of the rehearsal was worth, in the words of whoever did it."""

    fidelity: Fidelity
    what: str
    detail: str = ""
    where: str = ""
