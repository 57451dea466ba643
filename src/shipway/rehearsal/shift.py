"""How CodeDeploy moves traffic: what a configuration predicts, and whether it was seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PREDEFINED = re.compile(r"CodeDeployDefault\.ECS(Linear|Canary)(\d+)Percent(?:Every)?(\d+)Minutes?")


@dataclass(frozen=True)
class Shift:
    """A traffic routing configuration.

    Args:
        first: Percent of the traffic that the new version gets first.
        then: Percent that is added with each further step; 0 means all the rest at once.
        minutes: Between two steps.
    """

    first: float = 100
    then: float = 0
    minutes: float = 0

    @property
    def percentages(self) -> tuple[float, ...]:
        """The shares of the new version in order, from 0 to 100."""
        shares = [0.0, float(self.first)]
        while shares[-1] < 100:  # noqa: PLR2004 - percent
            shares.append(min(100.0, shares[-1] + self.then) if self.then else 100.0)
        return tuple(shares)

    def __str__(self) -> str:
        """In a few words, e.g. ``10 % for 5 minutes, then 100 %``."""
        minutes = f"{self.minutes:g} minute{'' if self.minutes == 1 else 's'}"
        if self.first >= 100:  # noqa: PLR2004 - percent
            return "100 % at once"
        if self.then:
            return f"{self.then:g} % more every {minutes}"
        return f"{self.first:g} % for {minutes}, then 100 %"


ALL_AT_ONCE = Shift()


def from_name(name: str) -> Shift | None:
    """The configuration that AWS predefines under ``name``; ``None`` for any other name."""
    if name == "CodeDeployDefault.ECSAllAtOnce":
        return ALL_AT_ONCE
    if match := _PREDEFINED.fullmatch(name):
        kind, percent, minutes = match[1], float(match[2]), float(match[3])
        return Shift(percent, percent if kind == "Linear" else 0, minutes)
    return None


def from_routing(config: Mapping[str, Any]) -> Shift:
    """The configuration in a ``TrafficRoutingConfig`` as CodeDeploy's API gives it."""
    if canary := config.get("timeBasedCanary"):
        return Shift(canary["canaryPercentage"], 0, canary["canaryInterval"])
    if linear := config.get("timeBasedLinear"):
        return Shift(linear["linearPercentage"], linear["linearPercentage"], linear["linearInterval"])
    return ALL_AT_ONCE


def steps(shares: Iterable[float]) -> tuple[float, ...]:
    """The same shares with repetitions left out."""
    all_shares = tuple(shares)
    return all_shares[:1] + tuple(after for before, after in pairwise(all_shares) if before != after)
