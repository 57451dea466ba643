"""What a load balancer counts, until it is published."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Counts:
    """The counts of one period for one load balancer or one of its target groups."""

    requests: int = 0
    target_statuses: dict[int, int] = field(default_factory=dict)  # hundreds of the status -> how many
    own_statuses: dict[int, int] = field(default_factory=dict)
    connection_errors: int = 0
    times: list[float] = field(default_factory=list)


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
            hundred = status // 100
            counts.target_statuses[hundred] = counts.target_statuses.get(hundred, 0) + 1

    def refused(self, load_balancer: str, group: str, status: int) -> None:
        """The load balancer itself answered, for want of a target or by a fixed response."""
        with self._lock:
            counts = self._counts.setdefault((load_balancer, group), Counts())
            counts.requests += 1
            hundred = status // 100
            counts.own_statuses[hundred] = counts.own_statuses.get(hundred, 0) + 1

    def failed_connection(self, load_balancer: str, group: str) -> None:
        """A target could not be reached or went away."""
        with self._lock:
            self._counts.setdefault((load_balancer, group), Counts()).connection_errors += 1

    def take(self) -> dict[tuple[str, str], Counts]:
        """The counts since the last call."""
        with self._lock:
            counts, self._counts = self._counts, {}
            return counts
