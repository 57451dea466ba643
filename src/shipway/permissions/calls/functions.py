"""What Lambda functions call: their log, what their code in the template says, what CDK's own handlers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.function import Function
from shipway.model.logs import LogGroup
from shipway.model.value import text_of
from shipway.permissions.calls.call import Call
from shipway.permissions.calls.code import actions_in
from shipway.permissions.catalogue import action_named
from shipway.permissions.formats import any_of_format
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.permissions.calls.call import Scene

_EMPTIES_BUCKETS = "Custom::S3AutoDeleteObjects"


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every function."""
    for function in scene.graph.all(Function):
        yield from scene.trust("trust.lambda", function.role, "lambda.amazonaws.com", function)
        role = scene.role(function.role)
        if role is not None:
            yield from _logs(function, role, scene)
            yield from _callback(function, role, scene)
            yield from _code(function, role)
    yield from _emptied_buckets(scene)


def _logs(function: Function, role: Role, scene: Scene) -> Iterator[Call]:
    names = scene.names
    default = f"/aws/lambda/{names.name(function)}"
    group = names.here("logs", f"log-group:{names.of(function.log_group) if function.log_group else default}")
    yield Call("lambda.logs", role, (f"{group}:log-stream:{SOME_NAME}",), function)
    if not isinstance(scene.graph.log_group_of(function), LogGroup):
        yield Call("lambda.logs.create", role, (group,), function)


def _callback(function: Function, role: Role, scene: Scene) -> Iterator[Call]:
    """A pipeline waits until the function it invoked tells it the result."""
    if any(action.is_a("Lambda") for action in scene.graph.actions_that_use(function)):
        yield Call("action.lambda.callback", role, ("*",), function)


def _code(function: Function, role: Role) -> Iterator[Call]:
    source = str(text_of(function.code)) if function.code is not None else ""
    for action in dict.fromkeys(actions_in(source)):
        known = action_named(action)
        if known is not None:
            arns = tuple(any_of_format(arn) for arn in known.arns) or ("*",)
            where = arns[0] if len(arns) == 1 else SOME_TEXT
            yield Call("lambda.code", role, (where,), function, actions=(known.name,))


def _emptied_buckets(scene: Scene) -> Iterator[Call]:
    """CDK's handler behind ``auto_delete_objects``."""
    for resource in scene.graph.resources:
        if resource.cfn_type != _EMPTIES_BUCKETS:
            continue
        handler = scene.graph.find(resource.properties.text("ServiceToken"), Function)
        role = scene.role(handler.role) if isinstance(handler, Function) else None
        if role is not None:
            bucket = scene.bucket(resource.properties.text("BucketName"))
            yield Call("autodelete.bucket", role, (bucket,), resource)
            yield Call("autodelete.policy", role, (bucket,), resource)
            yield Call("autodelete.objects", role, (f"{bucket}/{SOME_TEXT}",), resource)
