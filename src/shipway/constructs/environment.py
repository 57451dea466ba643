"""Which environment an app is synthesized for, and the tags that say so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from aws_cdk import Stack, Tags

from constructs import Construct
from shipway.errors import InputError
from shipway.model.naming import PATTERN, Kind, Naming

if TYPE_CHECKING:
    from constructs import IConstruct

CONTEXT_KEY = "environmentSuffix"
VARIABLE = "ENVIRONMENT_SUFFIX"
DEFAULT = "dev"


def environment_suffix(scope: IConstruct) -> str:
    """The environment that ``scope`` is synthesized for.

    It is the CDK context ``environmentSuffix`` (``cdk deploy -c environmentSuffix=staging``), else the
    variable ``ENVIRONMENT_SUFFIX``, else ``dev``.

    Raises:
        InputError: The context is not a text.
    """
    context = scope.node.try_get_context(CONTEXT_KEY)
    # A number in cdk.json arrives as a number: a name made of it would silently read "1.0".
    if context is not None and not isinstance(context, str):
        raise InputError(
            f"the context {CONTEXT_KEY} must be a text",
            where="cdk.json or --context",
            value=repr(context),
            remedy='Quote it, e.g. "environmentSuffix": "pr-12"',
        )
    return context or os.environ.get(VARIABLE) or DEFAULT


def naming_for(
    scope: IConstruct, service: str, *, name_pattern: str = PATTERN, shorten_names: bool = False
) -> Naming:
    """The names of ``service`` in the environment that ``scope`` is synthesized for.

    Args:
        scope: The stack, or anything in it.
        service: The service's name.
        name_pattern: How a name is made (default ``{service}-{resource}-{suffix}``).
        shorten_names: Whether names that are too long are cut and hashed (default: refused).

    Raises:
        InputError: The service, the suffix or the pattern cannot make a name.
    """
    return Naming(service, environment_suffix(scope), name_pattern, shorten_names)


def claim(scope: Construct, naming: Naming) -> None:
    """Let nothing else in the app bear the names of ``naming`` in the same account and region.

    Raises:
        InputError: Something does already.
    """
    stack = Stack.of(scope)
    root = cast("Construct", scope.node.root)
    name = naming.name(Kind.PARAMETER, "names")
    marker = f"shipway {name} {stack.account} {stack.region}"
    if root.node.try_find_child(marker) is not None:
        raise InputError(
            "two services of this app would bear the same names",
            where=scope.node.path,
            value=f"service {naming.service!r} in {naming.environment_suffix!r}",
            remedy="Give one of them another service name or environment suffix",
        )
    Construct(root, marker)


def tag(scope: IConstruct, naming: Naming) -> None:
    """Tag everything under ``scope`` with ``Environment``, ``Service`` and ``ManagedBy``."""
    tags = Tags.of(scope)
    tags.add("Environment", naming.environment_suffix)
    tags.add("Service", naming.service)
    tags.add("ManagedBy", "shipway")
