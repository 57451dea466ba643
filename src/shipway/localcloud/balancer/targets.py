"""Who is registered in which target group, how healthy, and who may be given a request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.localcloud.balancer import health
from shipway.localcloud.balancer.health import Health, Probe, Record, State

if TYPE_CHECKING:
    from shipway.localcloud.balancer.configuration import HealthCheck, Target

_LAST_ANSWERS_SECONDS = 10.0
"""How much longer than the (scaled) delay a draining target may answer what it has begun: real seconds,
since the program's own work does not run any faster here."""


@dataclass
class _Registered:
    since: float
    record: Record
    open_requests: int = 0
    draining_until: float | None = None


class Targets:
    """The registered targets of all groups; safe to use from any thread.

    `eligible` is what the proxy asks on every request, so it is kept ready rather than worked out.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._groups: dict[str, dict[Target, _Registered]] = {}
        self._eligible: dict[str, tuple[Target, ...]] = {}
        self._used: frozenset[str] = frozenset()

    def register(self, group: str, target: Target) -> None:
        """Add a target; one that is draining starts afresh, one that is registered stays as it is."""
        with self._lock:
            members = self._groups.setdefault(group, {})
            if target not in members or members[target].draining_until is not None:
                members[target] = _Registered(time.monotonic(), Record())
            self._refresh(group)

    def deregister(self, group: str, target: Target, delay: float) -> bool:
        """Give the target no more requests and forget it after `delay` real seconds; whether it was there."""
        with self._lock:
            found = self._groups.get(group, {}).get(target)
            if found is None:
                return False
            if group not in self._used and not found.open_requests:
                del self._groups[group][target]  # AWS waits only where something may be under way
            elif found.draining_until is None:
                found.draining_until = time.monotonic() + (delay if group in self._used else 0.0)
            self._refresh(group)
            return True

    def forget_group(self, group: str) -> None:
        """Drop a deleted group with all its targets."""
        with self._lock:
            self._groups.pop(group, None)
            self._eligible.pop(group, None)

    def use(self, groups: frozenset[str]) -> None:
        """Say which groups receive traffic; only their targets are checked."""
        with self._lock:
            for group in self._used - groups:
                for registered in self._groups.get(group, {}).values():
                    registered.record = Record()
            self._used = groups
            for group in self._groups:
                self._refresh(group)

    def observe(self, group: str, target: Target, probe: Probe, check: HealthCheck) -> None:
        """Take in one health check."""
        with self._lock:
            found = self._groups.get(group, {}).get(target)
            if found is not None:
                age = time.monotonic() - found.since
                found.record = health.observe(found.record, probe, check, age)
                self._refresh(group)

    def finish_draining(self) -> None:
        """Forget the targets whose time is over and whose last requests are answered."""
        now = time.monotonic()
        with self._lock:
            for members in self._groups.values():
                for target, found in list(members.items()):
                    if found.draining_until is None or now < found.draining_until:
                        continue
                    if not found.open_requests or now > found.draining_until + _LAST_ANSWERS_SECONDS:
                        del members[target]

    def to_probe(self) -> list[tuple[str, Target]]:
        """Every target whose health is of interest."""
        with self._lock:
            return [
                (group, target)
                for group in self._used
                for target, found in self._groups.get(group, {}).items()
                if found.draining_until is None
            ]

    def describe(self, group: str) -> list[tuple[Target, Health]]:
        """Every target of a group with its health as AWS tells it."""
        with self._lock:
            return [
                (target, self._health(group, found)) for target, found in self._groups.get(group, {}).items()
            ]

    def eligible(self, group: str) -> tuple[Target, ...]:
        """Targets that may be given a request: the healthy, or all when none is (AWS fails open)."""
        return self._eligible.get(group, ())

    def began(self, group: str, target: Target, change: int) -> None:
        """Count a request that the target was given (+1) or has answered (-1)."""
        found = self._groups.get(group, {}).get(target)
        if found is not None:
            found.open_requests += change

    def count(self, group: str) -> tuple[int, int]:
        """How many targets of the group are healthy and how many are not."""
        states = [told.state for _, told in self.describe(group)]
        return states.count(State.HEALTHY), states.count(State.UNHEALTHY)

    def _health(self, group: str, found: _Registered) -> Health:
        if found.draining_until is not None:
            return health.DRAINING
        return found.record.health if group in self._used else health.NOT_IN_USE

    def _refresh(self, group: str) -> None:
        members = {
            target: found.record.health.state
            for target, found in self._groups.get(group, {}).items()
            if found.draining_until is None
        }
        healthy = tuple(target for target, state in members.items() if state is State.HEALTHY)
        self._eligible[group] = healthy or tuple(members)
