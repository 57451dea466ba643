"""How traffic moves from blue to green, in CodeDeploy's words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shipway.errors import InputError

_WHOLE = 100
# The deployment configurations that AWS provides for ECS:
# https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
_PREDEFINED = {
    ("CANARY", 10, 5): "CodeDeployDefault.ECSCanary10Percent5Minutes",
    ("CANARY", 10, 15): "CodeDeployDefault.ECSCanary10Percent15Minutes",
    ("LINEAR", 10, 1): "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    ("LINEAR", 10, 3): "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
    ("ALL_AT_ONCE", 100, 0): "CodeDeployDefault.ECSAllAtOnce",
}


class Strategy(Enum):
    """The shape of a shift."""

    ALL_AT_ONCE = "ALL_AT_ONCE"
    CANARY = "CANARY"
    LINEAR = "LINEAR"


@dataclass(frozen=True)
class TrafficShift:
    """Moves traffic from blue to green; made by ``all_at_once``, ``canary`` or ``linear``.

    Args:
        strategy: The shape of the shift.
        percent: Share of the traffic that one step moves, in percent.
        minutes: Time between two steps, in minutes.
    """

    strategy: Strategy
    percent: int
    minutes: int

    @classmethod
    def all_at_once(cls) -> TrafficShift:
        """All traffic in one step."""
        return cls(Strategy.ALL_AT_ONCE, _WHOLE, 0)

    @classmethod
    def canary(cls, *, percent: int = 10, minutes: int = 5) -> TrafficShift:
        """A first share of the traffic, then, after a while, the rest.

        Args:
            percent: The first share, 1 to 99.
            minutes: How long only that share goes to green, at least 1.

        Raises:
            InputError: A number is outside its range.
        """
        return cls._stepped(Strategy.CANARY, percent, minutes)

    @classmethod
    def linear(cls, *, percent: int = 10, minutes: int = 1) -> TrafficShift:
        """Equal shares, one after the other.

        Args:
            percent: The share of each step, 1 to 99.
            minutes: Time between two steps, at least 1.

        Raises:
            InputError: A number is outside its range.
        """
        return cls._stepped(Strategy.LINEAR, percent, minutes)

    @classmethod
    def _stepped(cls, strategy: Strategy, percent: int, minutes: int) -> TrafficShift:
        label = strategy.value.lower()
        if not 0 < percent < _WHOLE:
            raise InputError(
                f"the percentage of a {label} shift must be between 1 and 99",
                value=str(percent),
                remedy="Use TrafficShift.all_at_once() to move everything in one step",
            )
        if minutes < 1:
            raise InputError(
                f"the interval of a {label} shift must be at least 1 minute",
                value=str(minutes),
                remedy="Use TrafficShift.all_at_once() to shift without waiting",
            )
        return cls(strategy, percent, minutes)

    @property
    def predefined(self) -> str | None:
        """The name of AWS's own deployment configuration for this shift; None if there is none."""
        return _PREDEFINED.get((self.strategy.value, self.percent, self.minutes))
