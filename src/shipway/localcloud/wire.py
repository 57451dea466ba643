"""AWS's JSON 1.1 protocol from the server's side.

Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import botocore.loaders
import botocore.model
import botocore.validate

Request = dict[str, Any]
Response = Mapping[str, Any]
_LOADER_LOCK = threading.Lock()  # botocore's loader caches without one
_LOADER = botocore.loaders.Loader()


class ServiceError(Exception):
    """An error as AWS's API answers it.

    Args:
        code: AWS's name, e.g. ``PipelineNotFoundException``.
        message: AWS's sentence where it is known.
        status: HTTP status; AWS answers most of the caller's faults with 400.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Caller:
    """Who makes a request.

    Attributes:
        account: 12 digits.
        region: For example ``eu-west-1``.
        principal_arn: ``arn:aws:sts::...:assumed-role/ROLE/SESSION`` or the account's root.
        access_key: As it stands in the request's signature.
    """

    account: str
    region: str
    principal_arn: str
    access_key: str

    def arn(self, service: str, resource: str) -> str:
        """An ARN of a resource that belongs to the caller's account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


Operation = Callable[[Any, Request, Caller], Response | None]
O = TypeVar("O", bound=Operation)  # noqa: E741 - O for operation


def operation(name: str) -> Callable[[O], O]:
    """Mark a method of a service as the operation `name` of AWS's API."""

    def mark(method: O) -> O:
        method.aws_operation = name  # type: ignore[attr-defined] # a mark on a function object
        return method

    return mark


@cache
def service_model(api: str) -> botocore.model.ServiceModel:
    """The API of a service as botocore describes it."""
    with _LOADER_LOCK:
        return botocore.model.ServiceModel(_LOADER.load_service_model(api, "service-2"), api)


def target_prefix(api: str) -> str:
    """What stands before the dot in `X-Amz-Target`."""
    return str(service_model(api).metadata["targetPrefix"])


def parse_request(api: str, name: str, body: bytes) -> Request:
    """The request's members, checked against AWS's model; `ServiceError` where it does not hold."""
    model = service_model(api)
    if name not in model.operation_names:
        raise ServiceError("UnknownOperationException", f"{name} is no operation of {api}")
    try:
        request = json.loads(body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", f"the body is not JSON: {error}") from error
    shape = model.operation_model(name).input_shape
    if shape is not None:
        report = botocore.validate.ParamValidator().validate(request, shape)
        if report.has_errors():
            raise ServiceError("ValidationException", report.generate_report())
    if not isinstance(request, dict):
        raise ServiceError("SerializationException", "the body is not an object")
    return request


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()  # JSON 1.1 carries timestamps as epoch seconds
    raise TypeError(f"cannot answer a {type(value).__name__}: {value!r}")


def encode_response(response: Response | None) -> bytes:
    """The body of a successful answer; members that are None are left out, as AWS does."""
    return json.dumps(_without_none(response or {}), default=_encode).encode()


def encode_error(error: ServiceError) -> bytes:
    """The body of an error."""
    return json.dumps({"__type": error.code, "message": error.message, "Message": error.message}).encode()


def _without_none(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_without_none(item) for item in value]
    return value
