"""When a target is healthy: the state machine of a target group's health checks, without any I/O.

Source of states, reasons and descriptions:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shipway.localcloud.balancer.configuration import HealthCheck

STARTUP_SECONDS = 6.0
"""For how long a refused connection says nothing about a new target: seconds of this machine.

On AWS a program has two intervals (a minute by default) to open its port. Intervals are scaled, the program's
start is not, so without this every program would be too slow.
"""


class State(StrEnum):
    """AWS's states of a target."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNUSED = "unused"
    DRAINING = "draining"


@dataclass(frozen=True)
class Health:
    """A state as DescribeTargetHealth tells it."""

    state: State
    reason: str = ""
    description: str = ""


HEALTHY = Health(State.HEALTHY)
REGISTERING = Health(State.INITIAL, "Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = Health(State.INITIAL, "Elb.InitialHealthChecking", "Initial health checks in progress")
NOT_IN_USE = Health(
    State.UNUSED,
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
NOT_REGISTERED = Health(State.UNUSED, "Target.NotRegistered", "Target is not registered to the target group")
DRAINING = Health(State.DRAINING, "Target.DeregistrationInProgress", "Target deregistration is in progress")


@dataclass(frozen=True)
class Probe:
    """What one health check saw: a status code, a timeout, or (neither) no answer at all."""

    status: int | None = None
    timed_out: bool = False
    connected: bool = True

    def passes(self, check: HealthCheck) -> bool:
        """Whether it counts as a success."""
        if not check.http:
            return self.connected
        return self.status is not None and matches(self.status, check.matcher)

    def failure(self) -> Health:
        """The unhealthy state that such failures lead to."""
        if self.timed_out:
            return Health(State.UNHEALTHY, "Target.Timeout", "Request timed out")
        if self.status is not None:
            return Health(
                State.UNHEALTHY,
                "Target.ResponseCodeMismatch",
                f"Health checks failed with these codes: [{self.status}]",
            )
        return Health(State.UNHEALTHY, "Target.FailedHealthChecks", "Health checks failed")


@dataclass(frozen=True)
class Record:
    """A target's health and what led to it."""

    health: Health = REGISTERING
    successes: int = 0
    failures: int = 0


def observe(record: Record, probe: Probe, check: HealthCheck, age: float) -> Record:
    """The record after one more probe.

    Args:
        record: Before.
        probe: What was seen.
        check: The group's settings.
        age: Seconds of this machine since the target was registered.
    """
    if probe.passes(check):
        # A new target is healthy after its first success; only one that was unhealthy needs the threshold.
        successes = record.successes + 1
        enough = record.health.state is not State.UNHEALTHY or successes >= check.healthy_threshold
        return Record(HEALTHY if enough else record.health, successes, 0)
    starting = record.health.state is State.INITIAL
    if starting and not probe.connected and age < STARTUP_SECONDS:
        return replace(record, health=CHECKING)
    failures = record.failures + 1
    if failures >= check.unhealthy_threshold or record.health.state is State.UNHEALTHY:
        return Record(probe.failure(), 0, failures)
    return Record(CHECKING if starting else record.health, 0, failures)


def matches(status: int, matcher: str) -> bool:
    """Whether `matcher` (``200``, ``200,202``, ``200-399``) lists the code."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if low and int(low) <= status <= int(high or low):
            return True
    return False
