"""A resource's properties as the request that its service takes, and names as CloudFormation makes them."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from shipway.localcloud.wire import service_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Resource

_ALPHABET = string.ascii_letters + string.digits
_SUFFIX = 12


def as_request(api: str, shape: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties in the shape of the API: ``ECSServices`` becomes ``ecsServices``, ``"true"`` True.

    Only members of the API's shape are read, so that what it lacks is listed as not honoured.

    Args:
        api: botocore's name of the service.
        shape: The shape that the properties stand for, e.g. ``PipelineDeclaration``.
        properties: As CloudFormation hands them to a provisioner.
    """
    request: dict[str, Any] = _converted(properties, service_model(api).shape_for(shape))
    return request


def generated_name(resource: Resource, longest: int) -> str:
    """``{stack}-{logical id}-{random}``, cut in the middle to at most `longest` characters."""
    suffix = "".join(secrets.choice(_ALPHABET) for _ in range(_SUFFIX))
    return f"{f'{resource.stack_name}-{resource.logical_id}'[: longest - _SUFFIX - 1]}-{suffix}"


def _converted(value: Any, shape: Shape) -> Any:
    match shape:
        case StructureShape():
            # Templates and APIs write the same members with different capitals.
            keys = {key.lower(): key for key in dict.keys(value)}
            return {
                member: _converted(value[keys[member.lower()]], inner)
                for member, inner in shape.members.items()
                if member.lower() in keys
            }
        case ListShape():
            return [_converted(item, shape.member) for item in value]
        case MapShape():
            return {str(key): _converted(item, shape.value) for key, item in value.items()}
    scalar: Callable[[Any], Any] = _SCALARS.get(shape.type_name, _text)
    return scalar(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _flag(value: Any) -> bool:
    return _text(value) == "true"


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "boolean": _flag,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
