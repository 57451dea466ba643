"""From a deployment configuration to the shifts of traffic that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.localcloud.services.codedeploy.configs import Routing

if TYPE_CHECKING:
    from shipway.localcloud.services.codedeploy.configs import Config

ALL = 100


@dataclass(frozen=True)
class Shift:
    """Wait `wait_minutes` of AWS's time, then give green `green` percent of the traffic."""

    wait_minutes: int
    green: int

    @property
    def blue(self) -> int:
        """What is left for blue."""
        return ALL - self.green


def shifts(config: Config) -> tuple[Shift, ...]:
    """The shifts in their order; the first comes at once, the last gives green everything."""
    match config.routing:
        case Routing.ALL_AT_ONCE:
            return (Shift(0, ALL),)
        case Routing.CANARY:
            return (Shift(0, config.percentage), Shift(config.minutes, ALL))
        case Routing.LINEAR:
            weights = [*range(config.percentage, ALL, config.percentage), ALL]
            return tuple(
                Shift(config.minutes if index else 0, weight) for index, weight in enumerate(weights)
            )
