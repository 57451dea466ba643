"""Deployment configurations: AWS's own and custom ones.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PERCENT = range(1, 100)
_LONGEST_MINUTES = 2880  # two days


class Routing(StrEnum):
    """How traffic moves to the new version."""

    ALL_AT_ONCE = "AllAtOnce"
    CANARY = "TimeBasedCanary"
    LINEAR = "TimeBasedLinear"


@dataclass(frozen=True)
class Config:
    """A deployment configuration.

    Attributes:
        percentage: Of the first (canary) or of each (linear) shift; 100 for all at once.
        minutes: Between two shifts.
        raw: Members that matter on other platforms only, as the API gives them.
    """

    name: str
    platform: str
    routing: Routing = Routing.ALL_AT_ONCE
    percentage: int = 100
    minutes: int = 0
    raw: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """``DeploymentConfigInfo`` without id and time."""
        info: dict[str, Any] = {
            "deploymentConfigName": self.name,
            "computePlatform": self.platform,
            **(self.raw or {}),
        }
        if self.platform != "Server":
            info["trafficRoutingConfig"] = self._routing()
        return info

    def _routing(self) -> dict[str, Any]:
        routing: dict[str, Any] = {"type": self.routing.value}
        if self.routing is Routing.CANARY:
            routing["timeBasedCanary"] = {"canaryPercentage": self.percentage, "canaryInterval": self.minutes}
        elif self.routing is Routing.LINEAR:
            routing["timeBasedLinear"] = {"linearPercentage": self.percentage, "linearInterval": self.minutes}
        return routing


def _predefined() -> Iterable[Config]:
    yield Config("CodeDeployDefault.ECSAllAtOnce", "ECS")
    for minutes in (1, 3):
        yield Config(
            f"CodeDeployDefault.ECSLinear10PercentEvery{minutes}Minutes", "ECS", Routing.LINEAR, 10, minutes
        )
    for minutes in (5, 15):
        yield Config(
            f"CodeDeployDefault.ECSCanary10Percent{minutes}Minutes", "ECS", Routing.CANARY, 10, minutes
        )
    yield Config("CodeDeployDefault.LambdaAllAtOnce", "Lambda")
    for minutes in (1, 2, 3, 10):
        ending = "Minute" if minutes == 1 else "Minutes"
        yield Config(
            f"CodeDeployDefault.LambdaLinear10PercentEvery{minutes}{ending}",
            "Lambda",
            Routing.LINEAR,
            10,
            minutes,
        )
    for minutes in (5, 10, 15, 30):
        yield Config(
            f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes", "Lambda", Routing.CANARY, 10, minutes
        )
    for name, kind, value in (
        ("OneAtATime", "HOST_COUNT", 1),
        ("HalfAtATime", "FLEET_PERCENT", 50),
        ("AllAtOnce", "HOST_COUNT", 0),
    ):
        healthy = {"minimumHealthyHosts": {"type": kind, "value": value}}
        yield Config(f"CodeDeployDefault.{name}", "Server", raw=healthy)


PREDEFINED: Mapping[str, Config] = {config.name: config for config in _predefined()}
DEFAULTS: Mapping[str, str] = {
    "ECS": "CodeDeployDefault.ECSAllAtOnce",
    "Lambda": "CodeDeployDefault.LambdaAllAtOnce",
    "Server": "CodeDeployDefault.OneAtATime",
}


def parse(request: Mapping[str, Any]) -> Config:
    """A custom configuration from CreateDeploymentConfig.

    Raises:
        ServiceError: AWS would refuse it.
    """
    name, platform = request["deploymentConfigName"], request.get("computePlatform", "Server")
    if name.startswith("CodeDeployDefault."):
        raise ServiceError(
            "InvalidDeploymentConfigNameException",
            f"The name {name} is reserved: it starts with CodeDeployDefault.",
        )
    if platform == "Server":
        if "minimumHealthyHosts" not in request:
            raise ServiceError("InvalidMinimumHealthyHostValueException", "minimumHealthyHosts is required")
        return Config(name, platform, raw={"minimumHealthyHosts": request["minimumHealthyHosts"]})
    routing = request.get("trafficRoutingConfig")
    if not routing:
        raise _invalid(f"trafficRoutingConfig is required for the compute platform {platform}")
    kind = Routing(routing.get("type", ""))
    if kind is Routing.ALL_AT_ONCE:
        return Config(name, platform)
    prefix = "canary" if kind is Routing.CANARY else "linear"
    settings = routing.get("timeBased" + prefix.capitalize(), {})
    percentage, minutes = settings.get(f"{prefix}Percentage"), settings.get(f"{prefix}Interval")
    if percentage not in _PERCENT:
        raise _invalid(f"{prefix}Percentage must be between 1 and 99, got {percentage}")
    if minutes is None or not 0 < minutes <= _LONGEST_MINUTES:
        raise _invalid(f"{prefix}Interval must be between 1 and {_LONGEST_MINUTES} minutes, got {minutes}")
    return Config(name, platform, kind, percentage, minutes)


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidTrafficRoutingConfigurationException", message)
