"""What a load balancer counts, until it is published."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Counts:
    """The counts of one period for one load balancer or one of its target groups.

    Attributes:
        target_statuses: Hundreds of the status (5 for 5xx) -> answers of targets.
        own_statuses: Status -> answers of the load balancer itself.
        connection_errors: Targets that could not be reached or went away.
        times: Seconds until each answer of a target began.
    """

    requests: int = 0
    target_statuses: Counter[int] = field(default_factory=Counter)
    own_statuses: Counter[int] = field(default_factory=Counter)
    connection_errors: int = 0
    times: list[float] = field(default_factory=list)

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.requests + other.requests,
            self.target_statuses + other.target_statuses,
            self.own_statuses + other.own_statuses,
            self.connection_errors + other.connection_errors,
            self.times + other.times,
        )


class Metrics:
    """Counts by (load balancer, target group); written in the event loop, taken by whoever publishes."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counts] = {}
        self._lock = threading.Lock()

    def answered(self, load_balancer: str, group: str, status: int, seconds: float) -> None:
        """A target answered."""
        with self._lock:
            counts = self._counts.setdefault((load_balancer, group), Counts())
            counts.requests += 1
            counts.times.append(seconds)
            counts.target_statuses[status // 100] += 1

    def refused(self, load_balancer: str, group: str, status: int) -> None:
        """The load balancer itself answered, for want of a target or by a fixed response."""
        with self._lock:
            counts = self._counts.setdefault((load_balancer, group), Counts())
            counts.requests += 1
            counts.own_statuses[status] += 1

    def failed_connection(self, load_balancer: str, group: str) -> None:
        """A target could not be reached or went away."""
        with self._lock:
            self._counts.setdefault((load_balancer, group), Counts()).connection_errors += 1

    def take(self) -> dict[tuple[str, str], Counts]:
        """The counts since the last call."""
        with self._lock:
            counts, self._counts = self._counts, {}
            return counts
