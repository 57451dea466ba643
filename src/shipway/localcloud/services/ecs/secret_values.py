"""Secrets of a container: read as the execution role, before the container starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.ecs.failures import StartFailedError
from shipway.localcloud.services.ecs.images import EXECUTION_SESSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.localcloud.clients import Clients
    from shipway.localcloud.services.ecs.records import Item

_ARN_PARTS = 7  # arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, then json-key, stage and version


def resolve(clients: Clients, secrets: Iterable[Item], execution_role: str) -> dict[str, str]:
    """Variable -> value.

    Raises:
        StartFailedError: A secret is missing, or the role may not read it.
    """
    values = {}
    for secret in secrets:
        source = secret["valueFrom"]
        api = "secretsmanager" if source.startswith("arn:aws:secretsmanager:") else "ssm"
        client = clients.client(api, role_arn=execution_role, session=EXECUTION_SESSION)
        read = _from_secrets_manager if api == "secretsmanager" else _from_parameter_store
        try:
            values[secret["name"]] = read(client, source)
        except ClientError as error:
            raise _not_read(api, str(error)) from error
    return values


def _from_parameter_store(client: Any, source: str) -> str:
    # AWS takes a name or an ARN; the API that it calls takes both as well, ministack takes the name.
    name = source
    if source.startswith("arn:"):
        name = source.partition(":parameter")[2]
        name = name if name.count("/") > 1 else name.removeprefix("/")
    answer = client.get_parameters(Names=[name], WithDecryption=True)
    if answer["InvalidParameters"]:
        raise _not_read("ssm", f"invalid parameters: {name}")
    return str(answer["Parameters"][0]["Value"])


def _from_secrets_manager(client: Any, source: str) -> str:
    parts = source.split(":")
    key, stage, version = (*parts[_ARN_PARTS:], "", "", "")[:3]
    request = {"SecretId": ":".join(parts[:_ARN_PARTS])}
    if stage:
        request["VersionStage"] = stage
    if version:
        request["VersionId"] = version
    text = str(client.get_secret_value(**request)["SecretString"])
    if not key:
        return text
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError) as error:
        raise _not_read(
            "secretsmanager", f"retrieved secret from Secrets Manager did not contain json key {key}"
        ) from error


def _not_read(api: str, detail: str) -> StartFailedError:
    source = {"ssm": "secrets from ssm", "secretsmanager": "secret from asm"}[api]
    return StartFailedError(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
        f"failed: unable to retrieve {source}: service call has been retried 1 time(s): {detail}"
    )
