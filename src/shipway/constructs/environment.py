"""Which environment an app is synthesized for, and the tags that say so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aws_cdk import Tags

from shipway.errors import InputError
from shipway.model.naming import Naming

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


def naming_for(scope: IConstruct, service: str) -> Naming:
    """The names of ``service`` in the environment that ``scope`` is synthesized for.

    Raises:
        InputError: The service or the suffix cannot be part of a name.
    """
    return Naming(service, environment_suffix(scope))


def tag(scope: IConstruct, naming: Naming) -> None:
    """Tag everything under ``scope`` with ``Environment``, ``Service`` and ``ManagedBy``."""
    tags = Tags.of(scope)
    tags.add("Environment", naming.environment_suffix)
    tags.add("Service", naming.service)
    tags.add("ManagedBy", "shipway")
