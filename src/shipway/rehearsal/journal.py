"""The one place where events are written: each gets its number, its time and its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.rehearsal.events import Envelope, Event, StepFinished, StepStarted

if TYPE_CHECKING:
    from collections.abc import Callable


class Journal:
    """Numbers events and hands each to every listener before the next is taken.

    Args:
        run_id: Name of the run.
        clock: Seconds since the epoch.
        listeners: Called in order, in the thread that records. Recording is for one thread only.
    """

    def __init__(
        self, run_id: str, clock: Callable[[], float], *listeners: Callable[[Envelope], None]
    ) -> None:
        self._run_id = run_id
        self._clock = clock
        self._listeners = listeners
        self._seq = 0
        self._step: int | None = None

    def record(self, event: Event, *, follows: int | None = None) -> int:
        """Write ``event`` down and return its number.

        Args:
            event: What happened.
            follows: Number of the event that led to it; without one, the running step did.
        """
        self._seq += 1
        envelope = Envelope(self._seq, self._run_id, self._clock(), follows or self._step, event)
        if isinstance(event, StepStarted):
            self._step = self._seq
        elif isinstance(event, StepFinished):
            self._step = None
        for listener in self._listeners:
            listener(envelope)
        return self._seq
