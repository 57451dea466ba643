"""Applications and deployment groups, and what AWS refuses of them.

Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codedeploy.configs import Config, Routing
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

_LONGEST_READY_WAIT = 120 * 60  # minutes
_LONGEST_TERMINATION_WAIT = 48 * 60  # minutes
_MOST_ALARMS = 10
_PAIR = 2


@dataclass(frozen=True)
class EcsGroup:
    """What a deployment to ECS needs of its group.

    Attributes:
        test_listener: Empty when there is none.
        ready_wait: Minutes that the deployment waits for ContinueDeployment; 0 goes on at once.
        termination_wait: Minutes that blue is kept.
        alarms: Names; empty when alarms are not watched.
        rollback: Events on which it rolls back.
    """

    role_arn: str
    cluster: str
    service: str
    target_groups: tuple[str, ...]
    listener: str
    test_listener: str
    ready_wait: int
    termination_wait: int
    alarms: tuple[str, ...]
    ignore_alarm_failure: bool
    rollback: frozenset[str]


@dataclass
class Group:
    """A deployment group; `settings` are the members that the API took."""

    application: Application
    name: str
    settings: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    tags: dict[str, str] = field(default_factory=dict)

    def ecs(self, overrides: Mapping[str, Any]) -> EcsGroup:
        """The group for one deployment; CreateDeployment may bring other alarms and another rollback."""
        settings = {**self.settings, **overrides}
        pair = settings["loadBalancerInfo"]["targetGroupPairInfoList"][0]
        blue_green = settings["blueGreenDeploymentConfiguration"]
        rollback = settings.get("autoRollbackConfiguration", {})
        alarms = settings.get("alarmConfiguration", {})
        test = pair.get("testTrafficRoute", {}).get("listenerArns", [])
        return EcsGroup(
            role_arn=settings["serviceRoleArn"],
            cluster=settings["ecsServices"][0]["clusterName"],
            service=settings["ecsServices"][0]["serviceName"],
            target_groups=tuple(each["name"] for each in pair["targetGroups"]),
            listener=pair["prodTrafficRoute"]["listenerArns"][0],
            test_listener=test[0] if test else "",
            ready_wait=blue_green["deploymentReadyOption"].get("waitTimeInMinutes", 0),
            termination_wait=blue_green["terminateBlueInstancesOnDeploymentSuccess"].get(
                "terminationWaitTimeInMinutes", 0
            ),
            alarms=tuple(a["name"] for a in alarms.get("alarms", [])) if alarms.get("enabled") else (),
            ignore_alarm_failure=bool(alarms.get("ignorePollAlarmFailure")),
            rollback=frozenset(rollback.get("events", [])) if rollback.get("enabled") else frozenset(),
        )


@dataclass
class Application:
    """An application with its groups and revisions."""

    name: str
    platform: str
    created: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    groups: dict[str, Group] = field(default_factory=dict)
    revisions: list[dict[str, Any]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


def check_ecs(settings: Mapping[str, Any], config: Config) -> None:
    """Raise the first `ServiceError` that AWS would answer for a group on the ECS platform."""
    for problem in _problems(settings, config):
        raise problem


def _problems(settings: Mapping[str, Any], config: Config) -> Iterator[ServiceError]:
    style = settings.get("deploymentStyle", {})
    if (
        style.get("deploymentType", "IN_PLACE"),
        style.get("deploymentOption", "WITHOUT_TRAFFIC_CONTROL"),
    ) != (
        "BLUE_GREEN",
        "WITH_TRAFFIC_CONTROL",
    ):
        yield ServiceError(
            "InvalidDeploymentStyleException",
            "The deployment style of a deployment group on the ECS compute platform must be deploymentType "
            "BLUE_GREEN with deploymentOption WITH_TRAFFIC_CONTROL",
        )
    if len(settings.get("ecsServices", [])) != 1:
        yield ServiceError(
            "InvalidECSServiceException",
            "A deployment group on the ECS compute platform must have exactly one Amazon ECS service",
        )
    if config.platform != "ECS":
        yield ServiceError(
            "InvalidDeploymentConfigNameException",
            f"The deployment configuration {config.name} is for the compute platform {config.platform}, "
            "not ECS",
        )
    yield from _blue_green_problems(settings.get("blueGreenDeploymentConfiguration", {}))
    yield from _balancer_problems(settings.get("loadBalancerInfo", {}), config)
    alarms = settings.get("alarmConfiguration", {})
    if alarms.get("enabled") and not alarms.get("alarms"):
        yield ServiceError(
            "InvalidAlarmConfigException", "The alarm configuration is enabled, but it names no alarm"
        )
    if len(alarms.get("alarms", [])) > _MOST_ALARMS:
        yield ServiceError(
            "AlarmsLimitExceededException", f"A deployment group can have at most {_MOST_ALARMS} alarms"
        )
    rollback = settings.get("autoRollbackConfiguration", {})
    if rollback.get("enabled") and not rollback.get("events"):
        yield ServiceError(
            "InvalidAutoRollbackConfigException",
            "The auto rollback configuration is enabled, but it names no event",
        )
    if "DEPLOYMENT_STOP_ON_ALARM" in rollback.get("events", []) and not alarms.get("enabled"):
        yield ServiceError(
            "InvalidAutoRollbackConfigException",
            "Auto rollback on DEPLOYMENT_STOP_ON_ALARM needs an enabled alarm configuration",
        )


def _blue_green_problems(blue_green: Mapping[str, Any]) -> Iterator[ServiceError]:
    code = "InvalidBlueGreenDeploymentConfigurationException"
    ready = blue_green.get("deploymentReadyOption")
    termination = blue_green.get("terminateBlueInstancesOnDeploymentSuccess")
    if ready is None or termination is None:
        yield ServiceError(
            code,
            "A blue/green deployment configuration on the ECS compute platform must have "
            "deploymentReadyOption and terminateBlueInstancesOnDeploymentSuccess",
        )
        return
    if "greenFleetProvisioningOption" in blue_green:
        yield ServiceError(code, "greenFleetProvisioningOption is not supported on the ECS compute platform")
    wait, action = ready.get("waitTimeInMinutes", 0), ready.get("actionOnTimeout", "CONTINUE_DEPLOYMENT")
    if action == "CONTINUE_DEPLOYMENT" and wait:
        yield ServiceError(
            code, "waitTimeInMinutes cannot be specified when actionOnTimeout is CONTINUE_DEPLOYMENT"
        )
    if action == "STOP_DEPLOYMENT" and not 0 < wait <= _LONGEST_READY_WAIT:
        yield ServiceError(code, f"waitTimeInMinutes must be between 1 and {_LONGEST_READY_WAIT}, got {wait}")
    if termination.get("action", "TERMINATE") != "TERMINATE":
        yield ServiceError(
            code, "The ECS compute platform only supports the action TERMINATE for the original task set"
        )
    kept = termination.get("terminationWaitTimeInMinutes", 0)
    if not 0 <= kept <= _LONGEST_TERMINATION_WAIT:
        yield ServiceError(
            code,
            f"terminationWaitTimeInMinutes must be between 0 and {_LONGEST_TERMINATION_WAIT}, got {kept}",
        )


def _balancer_problems(info: Mapping[str, Any], config: Config) -> Iterator[ServiceError]:
    pairs = info.get("targetGroupPairInfoList", [])
    if len(pairs) != 1:
        yield ServiceError(
            "InvalidLoadBalancerInfoException",
            "A deployment group on the ECS compute platform must have exactly one target group pair in "
            "loadBalancerInfo",
        )
        return
    names = [group.get("name") for group in pairs[0].get("targetGroups", [])]
    if len(names) != _PAIR or len(set(names)) != _PAIR or not all(names):
        yield ServiceError(
            "InvalidTargetGroupPairException",
            "A deployment group associated with an application that uses the ECS compute platform must "
            "contain a valid pair of target groups that identify a load balancer",
        )
    production = pairs[0].get("prodTrafficRoute", {}).get("listenerArns", [])
    if len(production) != 1:
        yield ServiceError(
            "InvalidTargetGroupPairException", "prodTrafficRoute must have exactly one listener"
        )
    elif ":listener/net/" in production[0] and config.routing is not Routing.ALL_AT_ONCE:
        yield ServiceError(
            "InvalidTrafficRoutingConfigurationException",
            "Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing instead when you "
            "create/update Deployment group.",
        )
    if len(pairs[0].get("testTrafficRoute", {}).get("listenerArns", [])) > 1:
        yield ServiceError("InvalidTargetGroupPairException", "testTrafficRoute can have only one listener")
