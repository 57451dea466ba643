"""Time in the local cloud: AWS's waits in their order, `scale` times faster."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

LIMIT_HASTE = 6.0
# A program takes this long to start on a busy machine, however fast the clock is.
LEAST_LIMIT_SECONDS = 10.0


class CloudStopped(Exception):  # noqa: N818 - an order to end, not an error: like StopIteration
    """The cloud is shutting down; whoever waits must unwind."""


class Clock:
    """Waits for AWS seconds; ends every wait when the cloud stops.

    Args:
        scale: How many AWS seconds pass in one second of this machine; 1 is real time.
    """

    def __init__(self, scale: float = 1.0) -> None:
        if scale <= 0:
            raise ValueError(f"time scale must be above 0, got {scale}")
        self.scale = scale
        self._stopped = threading.Event()

    @staticmethod
    def now() -> datetime:
        """The machine's own time: timestamps are real, only waits are scaled."""
        return datetime.now(UTC)

    def real(self, aws_seconds: float) -> float:
        """The seconds on this machine that `aws_seconds` take."""
        return aws_seconds / self.scale

    def limit(self, aws_seconds: float) -> float:
        """The seconds on this machine after which a time limit of AWS is over.

        A limit is there to give up, not to keep an order, and AWS's are generous: an hour for tasks to
        become healthy. It passes `LIMIT_HASTE` times faster than waits, but leaves a program time to start.
        """
        return max(self.real(aws_seconds) / LIMIT_HASTE, LEAST_LIMIT_SECONDS)

    def wait(self, aws_seconds: float) -> None:
        """Return after `aws_seconds`; raise `CloudStopped` as soon as the cloud stops."""
        self.pause(self.real(aws_seconds))

    def pause(self, seconds: float) -> None:
        """Wait seconds of this machine, for things that do not scale (a process that starts)."""
        if self._stopped.wait(seconds):
            raise CloudStopped

    @property
    def stopped(self) -> bool:
        """Whether the cloud is shutting down."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End every wait, now and later."""
        self._stopped.set()
