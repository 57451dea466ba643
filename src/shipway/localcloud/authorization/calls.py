"""Which operation of which API an HTTP request asks for, and with which parameters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

# The name in the signature is the prefix of the actions, with these exceptions.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_PREFIXES = {"monitoring": "cloudwatch", "email": "ses"}
_LAMBDA = re.compile(r"/2015-03-31/functions/(?P<name>[^/]+)/invocations")
# How this cloud hands over what CodePipeline has CodeCommit zip; in AWS these two calls have no public API.
_ARCHIVE = re.compile(r"/git-archive/(?P<name>[^/]+)")
_LISTED = re.compile(r"(?P<name>[^.]+)\.(?:member\.)?\d+(?P<rest>\..+)?")


@dataclass(frozen=True)
class ApiCall:
    """One call of an AWS API.

    Attributes:
        service: Prefix of its actions, e.g. ``ecs``.
        operation: AWS's name of the operation.
        parameters: As they were sent; of the query protocol, lists are gathered and the rest are texts.
        protocol: ``json``, ``query``, ``ec2`` or ``rest``: how its answers look.
    """

    service: str
    operation: str
    parameters: dict[str, Any] = field(hash=False)
    protocol: str

    @property
    def action(self) -> str:
        """The IAM action of its name; a few operations are authorised by another."""
        return f"{self.service}:{self.operation}"

    def text(self, *names: str) -> str:
        """The first of these parameters that is a text; empty without one."""
        found = (self.parameters.get(name) for name in names)
        return next((value for value in found if isinstance(value, str) and value), "")

    def texts(self, *names: str) -> tuple[str, ...]:
        """The texts of the first of these parameters that is there; a single text is a list of one."""
        for name in names:
            value = self.parameters.get(name)
            if value:
                return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        return ()


def read_call(method: str, path: str, service: str, target: str, body: bytes) -> ApiCall | None:
    """The call behind a request; None where it is none that is known here.

    Args:
        method: HTTP method.
        path: Without the query.
        service: The service of the signature's scope.
        target: ``X-Amz-Target``.
        body: The whole body.
    """
    prefix = _PREFIXES.get(service, service)
    if target:
        return ApiCall(prefix, target.rpartition(".")[2], _json(body), "json")
    if method == "POST" and path == "/":
        form = _form(body)
        operation = form.pop("Action", "")
        protocol = "ec2" if prefix == "ec2" else "query"
        return ApiCall(prefix, str(operation), form, protocol) if operation else None
    archive = _ARCHIVE.fullmatch(path)
    if archive is not None:
        return ApiCall("codecommit", "UploadArchive", {"RepositoryName": archive["name"]}, "json")
    found = _LAMBDA.fullmatch(path)
    if found is not None and method == "POST":
        return ApiCall("lambda", "InvokeFunction", {"FunctionName": unquote(found["name"])}, "rest")
    return None


def _json(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _form(body: bytes) -> dict[str, Any]:
    """``AlarmNames.member.1=a&AlarmNames.member.2=b`` -> ``{"AlarmNames": ["a", "b"]}``."""
    form: dict[str, Any] = {}
    for name, value in parse_qsl(body.decode(errors="replace"), keep_blank_values=True):
        listed = _LISTED.fullmatch(name)
        if listed is None:
            form[name] = value
        elif listed["rest"] is None:
            form.setdefault(listed["name"], []).append(value)
    return form
