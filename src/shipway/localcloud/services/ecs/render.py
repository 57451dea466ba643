"""Records as the API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.ecs.planning import desired_of
from shipway.localcloud.services.ecs.records import Controller, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.localcloud.services.ecs.records import (
        Cluster,
        ContainerRecord,
        Item,
        Placement,
        ServiceRecord,
        Task,
        TaskSet,
    )
    from shipway.localcloud.services.ecs.state import State

_PLATFORM = "1.4.0"  # what LATEST means on Fargate


def cluster(item: Cluster, state: State) -> Item:
    """A cluster."""
    tasks = [task for task in state.tasks.values() if task.cluster is item]
    services = [each for each in state.services.values() if each.cluster is item]
    return {
        "clusterArn": item.arn,
        "clusterName": item.name,
        "configuration": item.configuration or None,
        "status": item.status,
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": sum(task.status == Status.RUNNING for task in tasks),
        "pendingTasksCount": sum(_pending(task) for task in tasks),
        "activeServicesCount": sum(each.status == "ACTIVE" for each in services),
        "statistics": [],
        "tags": state.told_tags(item.arn),
        "settings": item.settings,
        "capacityProviders": item.capacity_providers,
        "defaultCapacityProviderStrategy": item.default_strategy,
    }


def service(item: ServiceRecord, state: State, *, tags: bool) -> Item:
    """A service with its deployments or task sets."""
    tasks = list(state.tasks_of(item))
    by_ecs = item.controller is Controller.ECS
    return {
        "serviceArn": item.arn,
        "serviceName": item.name,
        "clusterArn": item.cluster.arn,
        "status": item.status,
        "desiredCount": item.desired,
        "runningCount": sum(task.status == Status.RUNNING for task in tasks),
        "pendingCount": sum(_pending(task) for task in tasks),
        "taskDefinition": item.task_definition or None,
        "deploymentController": {"type": item.controller.value},
        "deployments": [_deployment(each, item, tasks) for each in item.task_sets] if by_ecs else [],
        "taskSets": None if by_ecs else [task_set(each, item, state) for each in item.task_sets],
        "roleArn": _service_role(item.arn),
        "events": item.events,
        "createdAt": item.created_at,
        "createdBy": item.created_by,
        "tags": state.told_tags(item.arn) if tags else None,
        **item.settings,
        **_placement(item.placement),
        "loadBalancers": list(item.placement.load_balancers),
        "schedulingStrategy": "REPLICA",
    }


def task_set(item: TaskSet, owner: ServiceRecord, state: State) -> Item:
    """A task set."""
    tasks = [task for task in state.tasks_of(owner) if task.started_by == item.id]
    return {
        "id": item.id,
        "taskSetArn": item.arn,
        "serviceArn": owner.arn,
        "clusterArn": owner.cluster.arn,
        "startedBy": item.started_by or None,
        "externalId": item.external_id or None,
        "status": item.status,
        "taskDefinition": item.task_definition,
        "computedDesiredCount": desired_of(owner.desired, item.scale),
        **_counts(tasks),
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
        **_placement(item.placement),
        "loadBalancers": list(item.placement.load_balancers),
        "serviceRegistries": [],
        "scale": {"value": item.scale, "unit": "PERCENT"},
        "stabilityStatus": "STEADY_STATE" if item.steady else "STABILIZING",
        "stabilityStatusAt": item.steady_at,
        "tags": state.told_tags(item.arn),
    }


def task(item: Task, state: State, *, tags: bool = True) -> Item:
    """A task."""
    return {
        "attachments": [item.attachment] if item.attachment else [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": item.zone or None,
        "clusterArn": item.cluster.arn,
        "connectivity": "CONNECTED",
        "containers": [_container(each, item) for each in item.containers],
        "cpu": item.definition.get("cpu"),
        "createdAt": item.created_at,
        "desiredStatus": item.desired,
        "enableExecuteCommand": False,
        "group": item.group,
        "healthStatus": "UNKNOWN",
        "lastStatus": item.status.value,
        "launchType": "FARGATE",
        "memory": item.definition.get("memory"),
        "overrides": item.overrides or {"containerOverrides": []},
        "platformVersion": _PLATFORM,
        "platformFamily": "Linux",
        "startedBy": item.started_by or None,
        "stopCode": item.stop_code or None,
        "stoppedReason": item.stop_reason or None,
        "tags": state.told_tags(item.arn) if tags else None,
        "taskArn": item.arn,
        "taskDefinitionArn": item.definition["taskDefinitionArn"],
        "version": item.version,
        **item.times,
    }


def definition(item: Item) -> Item:
    """A task definition without what only we keep."""
    return {key: value for key, value in item.items() if key != "tags"}


def _deployment(item: TaskSet, owner: ServiceRecord, tasks: Iterable[Task]) -> Item:
    mine = [each for each in tasks if each.started_by == item.id]
    return {
        "id": item.id,
        "status": item.status,
        "taskDefinition": item.task_definition,
        "desiredCount": owner.desired if item.status == "PRIMARY" else 0,
        **_counts(mine),
        "failedTasks": item.failed_tasks,
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
        **_placement(item.placement),
        "rolloutState": item.rollout_state,
        "rolloutStateReason": item.rollout_reason,
    }


def _container(item: ContainerRecord, owner: Task) -> Item:
    attachment = owner.attachment.get("id")
    interface = {"attachmentId": attachment, "privateIpv4Address": owner.address}
    return {
        "containerArn": item.arn,
        "taskArn": owner.arn,
        "name": item.name,
        "image": item.definition["image"],
        "imageDigest": item.image_digest or None,
        "runtimeId": item.runtime_id or None,
        "lastStatus": item.status,
        "exitCode": item.exit_code,
        "reason": item.reason or None,
        "networkBindings": [],
        "networkInterfaces": [interface] if owner.address else [],
        "healthStatus": "UNKNOWN",
        "cpu": str(item.definition.get("cpu", 0)),
        "memory": str(item.definition["memory"]) if "memory" in item.definition else None,
    }


def _placement(item: Placement) -> Item:
    return {
        "launchType": item.launch_type,
        "capacityProviderStrategy": list(item.capacity_strategy) or None,
        "platformVersion": item.platform_version,
        "platformFamily": "Linux",
        "networkConfiguration": item.network or None,
    }


def _counts(tasks: Iterable[Task]) -> Item:
    tasks = list(tasks)
    return {
        "runningCount": sum(each.status == Status.RUNNING for each in tasks),
        "pendingCount": sum(_pending(each) for each in tasks),
    }


def _pending(item: Task) -> bool:
    return item.wanted and item.status in {Status.PROVISIONING, Status.PENDING, Status.ACTIVATING}


def _service_role(service_arn: str) -> str:
    account = service_arn.split(":")[4]
    return f"arn:aws:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
