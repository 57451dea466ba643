"""Stored parameters and secrets: the ARN behind a name, and the key behind a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.secrets import Secret
from shipway.permissions.calls.call import Call
from shipway.permissions.symbols import SOME_TEXT, Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.model.node import Node
    from shipway.permissions.calls.call import Scene

_ARN_FIELDS = 7
_SIX = 6


def parameter_arn(name: str, scene: Scene) -> str:
    """ARN of a stored parameter, given by its name or its ARN.

    A leading slash of the name stands only once in the ARN: https://github.com/aws/aws-cdk/issues/26990
    """
    if name.startswith("arn:"):
        return name
    open_start = name[:1] and kind_of(name[0]) is Kind.ANYTHING
    separator = "" if name.startswith("/") or open_start else "/"
    return scene.names.here("ssm", f"parameter{separator}{name}")


def secret_calls(
    entries: tuple[str, str], reference: str, role: Role, cause: Node, scene: Scene
) -> Iterator[Call]:
    """Reading the secret of a reference ``id:json-key:stage:version``, and decrypting it."""
    arn = _secret_arn(reference, scene)
    yield Call(entries[0], role, (arn,), cause)
    for secret in scene.graph.all(Secret):
        key = scene.key(secret.key)
        if key is not None and scene.names.arn(secret) == arn:
            yield Call(entries[1], role, (key,), cause)


def _secret_arn(reference: str, scene: Scene) -> str:
    if reference.startswith("arn:"):
        return ":".join(reference.split(":")[:_ARN_FIELDS])
    name = reference.partition(":")[0]
    for secret in scene.graph.all(Secret):
        if scene.names.name(secret) == name:
            return scene.names.arn(secret)
    if name and kind_of(name[0]) is Kind.ANYTHING:
        return name
    if not name:
        return scene.names.here("secretsmanager", f"secret:{SOME_TEXT}")
    six = "".join(scene.names.symbols.of(Kind.CHARACTER, f"{name} {n}") for n in range(_SIX))
    return scene.names.here("secretsmanager", f"secret:{name}-{six}")
