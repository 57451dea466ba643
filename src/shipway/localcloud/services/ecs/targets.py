"""A task's places in target groups, taken and given up through ELBv2's API as ECS's service-linked role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.ecs.failures import StartFailedError

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.records import Task

_ASK_AGAIN_SECONDS = 0.2  # real


@dataclass(frozen=True)
class TargetHealth:
    """What ELBv2 says of one target."""

    state: str
    reason: str
    description: str


def health_of(kernel: Kernel, group: str) -> dict[str, TargetHealth]:
    """Address of a target -> its health; empty when the group is gone."""
    try:
        answer = _client(kernel).describe_target_health(TargetGroupArn=group)
    except ClientError:
        return {}
    return {
        item["Target"]["Id"]: TargetHealth(
            item["TargetHealth"]["State"],
            item["TargetHealth"].get("Reason", ""),
            item["TargetHealth"].get("Description", ""),
        )
        for item in answer["TargetHealthDescriptions"]
    }


def register(kernel: Kernel, task: Task) -> list[str]:
    """Register a task in its target groups; their ARNs.

    Raises:
        StartFailedError: A group is gone.
    """
    groups = []
    for entry in task.placement.load_balancers:
        group = entry["targetGroupArn"]
        target = {"Id": task.address, "Port": entry["containerPort"]}
        try:
            _client(kernel).register_targets(TargetGroupArn=group, Targets=[target])
        except ClientError as error:
            raise StartFailedError(f"Task failed to register in (target-group {group}): {error}") from error
        groups.append(group)
    return groups


def deregister(kernel: Kernel, task: Task) -> list[str]:
    """Take a task out of its target groups and return when they have drained it; the groups it was in."""
    groups = []
    for entry in task.placement.load_balancers:
        group = entry["targetGroupArn"]
        target = {"Id": task.address, "Port": entry["containerPort"]}
        try:
            _client(kernel).deregister_targets(TargetGroupArn=group, Targets=[target])
        except ClientError:
            continue  # the group was deleted: nothing is sent to the task any more
        groups.append(group)
        while _drains(kernel, group, target):
            kernel.clock.pause(_ASK_AGAIN_SECONDS)
    return groups


def _drains(kernel: Kernel, group: str, target: dict[str, Any]) -> bool:
    try:
        answer = _client(kernel).describe_target_health(TargetGroupArn=group, Targets=[target])
    except ClientError:
        return False
    return any(item["TargetHealth"]["State"] == "draining" for item in answer["TargetHealthDescriptions"])


def _client(kernel: Kernel) -> Any:
    return kernel.clients.client("elbv2")
