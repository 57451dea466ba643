"""Where a template or a build takes a secret from, and which field of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from shipway.model.project import Project
from shipway.model.secrets import Secret
from shipway.model.text import TokenKind
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource
    from shipway.model.value import Value

_DYNAMIC = re.compile(r"\{\{resolve:secretsmanager:((?:[^{}]|\$\{[^{}]*\})*)\}\}")


class SecretReference(NamedTuple):
    """A place that takes a value from Secrets Manager."""

    location: Location
    said: str
    secret: Secret | None
    """The secret, if a given template declares it."""
    named: str
    field: str
    """The key of the JSON object; empty for the whole string."""
    is_dynamic: bool
    """Whether CloudFormation resolves it, and not the build."""


def secret_references(resource: Resource, graph: PipelineGraph) -> Iterator[SecretReference]:
    """Every dynamic reference of a resource, and every variable that a build takes from a secret."""
    for location, value in resource.properties.walk():
        if isinstance(value, Known):
            continue  # only the deployment resolves a reference
        said = str(text_of(value))
        if "{{resolve:secretsmanager:" not in said:
            continue
        for match in _DYNAMIC.finditer(said):
            named, field = _split(match[1])
            yield SecretReference(
                location, match[0], _secret(value, named, graph), named, field, is_dynamic=True
            )
    if isinstance(resource, Project):
        for variable in resource.variables:
            if known(variable.type) == "SECRETS_MANAGER" and variable.value is not None:
                named, field = _split_variable(variable.value)
                yield SecretReference(
                    variable.at("Value"),
                    f"variable {known(variable.name)}",
                    _secret(variable.value, named, graph),
                    named,
                    field,
                    is_dynamic=False,
                )


def _split(inner: str) -> tuple[str, str]:
    """``id:SecretString:key:stage:version``, whose id may be an ARN."""
    for kind in (":SecretString", ":SecretBinary"):
        if kind in inner:
            named, _, rest = inner.partition(kind)
            return named, rest.removeprefix(":").partition(":")[0]
    return inner, ""


def _split_variable(value: Value[str]) -> tuple[str, str]:
    """``id:key:stage:version``, whose id may be an ARN."""
    said = str(text_of(value))
    before_id = 6 if said.startswith("arn:") else 0
    pieces = re.split(r":(?![^{}]*\})", said)
    return ":".join(pieces[: before_id + 1]), pieces[before_id + 1] if len(pieces) > before_id + 1 else ""


def _secret(value: Value[str], named: str, graph: PipelineGraph) -> Secret | None:
    for token in text_of(value).tokens:
        if token.kind is TokenKind.RESOURCE and f"${{{token.name}" in named:
            found = graph.one(token.name, Secret)
            return found if found is not None and found.stack == token.stack else None
    for secret in graph.all(Secret):
        if secret.name is not None and named in {str(text_of(secret.name)), known(secret.name)}:
            return secret
    return None


def fields_of(secret: Secret) -> frozenset[str] | None:
    """The keys of the JSON object that a secret is; empty for a plain string, None when it cannot be seen."""
    if secret.is_generated:
        key = secret.properties.text("GenerateSecretString", "GenerateStringKey")
        template = secret.properties.text("GenerateSecretString", "SecretStringTemplate")
        if key is None and template is None:
            return frozenset()
        # The template has the other keys; its values may be anything, its keys are literal.
        keys = set(re.findall(r'"([^"]+)"\s*:', str(text_of(template))))
        return frozenset({*keys, known(key)} - {None}) if isinstance(key, Known) else None
    if secret.value is None:
        return None
    said = str(text_of(secret.value))
    if not said.lstrip().startswith("{"):
        return frozenset() if isinstance(secret.value, Known) and not secret.value.assumes else None
    try:
        parsed = json.loads(said)
    except (ValueError, RecursionError):
        return frozenset(re.findall(r'"([^"]+)"\s*:', said)) or None
    return frozenset(parsed) if isinstance(parsed, dict) else None
