"""CloudFormation's spelling of ECS -> the API's: names in lower camel case, numbers that are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# A map whose keys are the user's own, not names of properties.
_USER_KEYS = frozenset({"options", "dockerLabels", "labels", "driverOpts"})
_NUMBERS = frozenset(
    {
        "containerPort", "hostPort", "desiredCount", "maximumPercent", "minimumHealthyPercent",
        "healthCheckGracePeriodSeconds", "weight", "base", "interval", "timeout", "retries", "startPeriod",
        "startTimeout", "stopTimeout", "memoryReservation", "sizeInGiB", "hardLimit", "softLimit",
        "bakeTimeInMinutes",
    }
)  # fmt: skip
_BOOLEANS = frozenset(
    {
        "essential", "enable", "rollback", "privileged", "readonlyRootFilesystem", "enableExecuteCommand",
        "enableECSManagedTags",
        "readOnly", "interactive", "pseudoTerminal", "disableNetworking",
    }
)  # fmt: skip


def to_api(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The request of the properties; what is read here counts as honoured, and the operation judges it."""
    return {_name(key): _value(_name(key), value) for key, value in properties.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value.items()) if name in _USER_KEYS else to_api(value)
    if isinstance(value, list):
        items = [_value("", item) for item in value]
        return [_container(item) for item in items] if name == "containerDefinitions" else items
    if name in _NUMBERS:
        return int(value)
    if name in _BOOLEANS and isinstance(value, str):
        return value.lower() == "true"
    return value


def _container(item: dict[str, Any]) -> dict[str, Any]:
    """A container's CPU and memory are numbers; a task's are texts."""
    return {key: int(value) if key in {"cpu", "memory"} else value for key, value in item.items()}


def _name(key: str) -> str:
    return key[:1].lower() + key[1:]
