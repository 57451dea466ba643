"""What AWS refuses at RegisterTaskDefinition, and the defaults that it fills in; pure.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shipway.localcloud.services.ecs.records import Item

_GB = 1024
# CPU units -> memory in MiB. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
_FARGATE: dict[int, tuple[int, ...]] = {
    256: (512, _GB, 2 * _GB),
    512: tuple(_GB * size for size in range(1, 5)),
    1024: tuple(_GB * size for size in range(2, 9)),
    2048: tuple(_GB * size for size in range(4, 17)),
    4096: tuple(_GB * size for size in range(8, 31)),
    8192: tuple(_GB * size for size in range(16, 61, 4)),
    16384: tuple(_GB * size for size in range(32, 121, 8)),
}
ECR_IMAGE = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?)/"
    r"(?P<repository>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_AWSLOGS_REQUIRED = ("awslogs-group", "awslogs-region", "awslogs-stream-prefix")


def check(request: Mapping[str, Any]) -> None:
    """Return when AWS would register it.

    Raises:
        ServiceError: ``ClientException`` with AWS's sentence.
    """
    containers = request["containerDefinitions"]
    for problem in _of_containers(containers, request):
        raise ServiceError("ClientException", problem)
    if "FARGATE" in request.get("requiresCompatibilities", []):
        for problem in _of_fargate(request):
            raise ServiceError("ClientException", problem)


def with_defaults(request: Mapping[str, Any]) -> Item:
    """The definition as AWS tells it back."""
    awsvpc = request.get("networkMode") == "awsvpc"
    containers = []
    for given in request["containerDefinitions"]:
        container = {
            "cpu": 0,
            "essential": True,
            "environment": [],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            **given,
        }
        container["portMappings"] = [
            {"protocol": "tcp", **({"hostPort": port["containerPort"]} if awsvpc else {}), **port}
            for port in given.get("portMappings", [])
        ]
        containers.append(container)
    fargate = _fargate_fits(request)
    return {
        "volumes": [],
        "placementConstraints": [],
        **{key: value for key, value in request.items() if key != "tags"},
        "containerDefinitions": containers,
        "cpu": str(_units(request["cpu"], 1024)) if request.get("cpu") else None,
        "memory": str(_units(request["memory"], 1024)) if request.get("memory") else None,
        "compatibilities": ["EC2", "FARGATE"] if fargate else ["EC2"],
    }


def _of_containers(containers: list[Item], request: Mapping[str, Any]) -> Iterator[str]:
    names = [container.get("name", "") for container in containers]
    if not containers:
        yield "Container list cannot be empty."
    if doubled := [name for name in names if names.count(name) > 1]:
        yield f"Duplicate container name '{doubled[0]}'; container names must be unique."
    if not any(container.get("essential", True) for container in containers):
        yield "A task definition must have at least one essential container."
    for container in containers:
        yield from _of_container(container, request)
        for dependency in container.get("dependsOn", []):
            if dependency["containerName"] not in names:
                yield (
                    f"Container '{container['name']}' depends on container "
                    f"'{dependency['containerName']}', which does not exist in the task definition."
                )


def _of_container(container: Item, request: Mapping[str, Any]) -> Iterator[str]:
    for key in ("name", "image"):
        if not container.get(key):
            yield f"Container.{key} should not be null or empty."
    if not (container.get("memory") or container.get("memoryReservation") or request.get("memory")):
        yield (
            f"Invalid setting for container '{container['name']}'. At least one of 'memory' or "
            "'memoryReservation' must be specified."
        )
    if container.get("secrets") and not request.get("executionRoleArn"):
        yield (
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
        )
    if request.get("networkMode") == "awsvpc" and any(
        port.get("hostPort", port["containerPort"]) != port["containerPort"]
        for port in container.get("portMappings", [])
    ):
        yield "When networkMode=awsvpc, the host ports and container ports in port mappings must match."


def _of_fargate(request: Mapping[str, Any]) -> Iterator[str]:
    if request.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode 'awsvpc'."
    for key in ("cpu", "memory"):
        if not request.get(key):
            yield f"Fargate requires that '{key}' be defined at the task level."
    if not _fargate_fits(request):
        yield (
            f"No Fargate configuration exists for given values: {request['cpu']} CPU, {request['memory']} "
            "memory. See the Amazon ECS documentation for the valid values."
        )
    for container in request["containerDefinitions"]:
        yield from _of_fargate_container(container, request.get("executionRoleArn"))


def _of_fargate_container(container: Item, role: str | None) -> Iterator[str]:
    needs_role = "Fargate requires task definition to have execution role ARN to support"
    if not role and ECR_IMAGE.match(container["image"]):
        yield f"{needs_role} ECR images."
    logs = container.get("logConfiguration", {})
    if logs.get("logDriver") == "awslogs":
        if not role:
            yield f"{needs_role} log driver awslogs."
        if not all(logs.get("options", {}).get(option) for option in _AWSLOGS_REQUIRED):
            yield f"Log driver awslogs requires options: {', '.join(_AWSLOGS_REQUIRED)}"
    for key in ("privileged", "links"):
        if container.get(key):
            yield f"Fargate does not support '{key}' of a container."


def _fargate_fits(request: Mapping[str, Any]) -> bool:
    if not request.get("cpu") or not request.get("memory"):
        return False
    return _units(request["memory"], 1024) in _FARGATE.get(_units(request["cpu"], 1024), ())


def _units(text: str, per_big_unit: int) -> int:
    """CPU units or MiB of ``256``, ``.25 vCPU``, ``512``, ``0.5GB``; -1 when it is neither."""
    match = re.fullmatch(r"\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*", str(text), re.IGNORECASE)
    if match is None:
        return -1
    return int(float(match[1]) * (per_big_unit if match[2] else 1))
