"""The environment variables of a build: where each comes from, which one wins, what must be hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codebuild.failures import PhaseFailedError, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from shipway.localcloud.services.codebuild.record import BuildRecord
    from shipway.model.build import BuildVariables

_PARAMETERS_AT_ONCE = 10  # ssm:GetParameters takes no more
_ARN_PARTS = 7  # arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER = "PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"


def declared(spec: BuildVariables, order: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Variable -> its kind and value; the project's and StartBuild's are stronger than the buildspec's."""
    found: dict[str, tuple[str, str]] = {}
    for kind, settings in (
        (PLAINTEXT, spec.variables),
        (PARAMETER_STORE, spec.parameter_store),
        (SECRETS_MANAGER, spec.secrets_manager),
    ):
        found.update({setting.name: (kind, setting.value) for setting in settings})
    found.update({each["name"]: (each.get("type", PLAINTEXT), each["value"]) for each in order})
    return found


def resolve(
    variables: Mapping[str, tuple[str, str]], client: Callable[[str], Any]
) -> tuple[dict[str, str], set[str]]:
    """The value of each variable, and the values that logs must not show.

    Args:
        variables: As `declared` gives them.
        client: Gives a client that acts as the build's role.

    Raises:
        PhaseFailedError: A parameter or secret is missing, or the role may not read it.
    """
    values = {name: value for name, (kind, value) in variables.items() if kind == PLAINTEXT}
    parameters = {name: value for name, (kind, value) in variables.items() if kind == PARAMETER_STORE}
    hidden: set[str] = set()
    if parameters:
        found = _parameters(client("ssm"), list(dict.fromkeys(parameters.values())))
        values.update({name: found[parameter] for name, parameter in parameters.items()})
        hidden.update(found.values())
    for name, (kind, reference) in variables.items():
        if kind == SECRETS_MANAGER:
            values[name] = _secret(client("secretsmanager"), reference)
            hidden.add(values[name])
    return {name: values[name] for name in variables}, hidden - {""}


def _parameters(ssm: Any, names: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(names), _PARAMETERS_AT_ONCE):
        batch = names[start : start + _PARAMETERS_AT_ONCE]
        try:
            answer = ssm.get_parameters(Names=batch, WithDecryption=True)
        except ClientError as error:
            raise PhaseFailedError("Decrypted Variables Error", sentence(error)) from error
        # Asked for by ARN, a parameter is answered with its name.
        for parameter in answer["Parameters"]:
            found[parameter["Name"]] = parameter["Value"]
            found[parameter.get("ARN", parameter["Name"])] = parameter["Value"]
        for name in batch:
            if name not in found:
                # https://github.com/cloudposse/terraform-aws-cicd/issues/107 shows the sentence.
                raise PhaseFailedError("Decrypted Variables Error", f"parameter does not exist: {name}")
    return found


def parse_secret_reference(reference: str) -> tuple[str, str, str, str]:
    """``id:json-key:version-stage:version-id``, where the id may be an ARN with colons of its own."""
    parts = reference.split(":")
    length = _ARN_PARTS if reference.startswith("arn:") else 1
    rest = [*parts[length:], "", "", ""]
    return ":".join(parts[:length]), rest[0], rest[1], rest[2]


def _secret(secrets: Any, reference: str) -> str:
    secret_id, key, stage, version = parse_secret_reference(reference)
    options = {"VersionStage": stage, "VersionId": version}
    try:
        answer = secrets.get_secret_value(SecretId=secret_id, **{k: v for k, v in options.items() if v})
    except ClientError as error:
        raise PhaseFailedError("Secrets Manager Error Message", sentence(error)) from error
    text: str = answer.get("SecretString", "")
    if not key:
        return text
    try:
        value = json.loads(text)[key]
    except (ValueError, KeyError, TypeError) as error:
        raise PhaseFailedError(
            "Secrets Manager Error Message", f"the secret {secret_id} holds no JSON object with the key {key}"
        ) from error
    return value if isinstance(value, str) else json.dumps(value)


def built_in(record: BuildRecord, *, sources: Mapping[str, Path], console: str) -> dict[str, str]:
    """The variables that CodeBuild itself sets.

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html

    Args:
        record: The build.
        sources: Identifier of each source (empty: the primary one) -> its folder.
        console: Address of AWS's console.
    """
    order = record.order
    variables = {
        "AWS_DEFAULT_REGION": order.region,
        "AWS_REGION": order.region,
        "CODEBUILD_BUILD_ARN": record.arn,
        "CODEBUILD_BUILD_ID": record.id,
        "CODEBUILD_BUILD_IMAGE": str(order.environment.get("image", "")),
        "CODEBUILD_BUILD_NUMBER": str(order.number),
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_BUILD_URL": f"{console}/codesuite/codebuild/projects/{order.project}/build/{record.id}",
        "CODEBUILD_CI": "true",
        "CODEBUILD_INITIATOR": order.initiator,
        "CODEBUILD_KMS_KEY_ID": order.encryption_key,
        "CODEBUILD_LOG_PATH": record.log_stream,
        "CODEBUILD_PROJECT_ARN": order.project_arn,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": record.resolved_version or "",
        "CODEBUILD_SOURCE_REPO_URL": _repository(order.source),
        "CODEBUILD_SOURCE_VERSION": _source_version(order.source, order.source_version),
        "CODEBUILD_START_TIME": str(int(record.started.timestamp() * 1000)),
    }
    for identifier, folder in sources.items():
        suffix = f"_{identifier}" if identifier else ""
        variables[f"CODEBUILD_SRC_DIR{suffix}"] = str(folder)
    return variables


def _repository(source: Mapping[str, Any]) -> str:
    # A build that a pipeline starts knows no repository.
    return "" if source["type"] in {"CODEPIPELINE", "NO_SOURCE"} else str(source.get("location", ""))


def _source_version(source: Mapping[str, Any], version: str) -> str:
    if source["type"] == "CODEPIPELINE":
        return f"arn:aws:s3:::{source.get('location', '')}"
    return version


def masked(line: str, hidden: Iterable[str]) -> str:
    """A line without the values that must not be shown; AWS puts three asterisks in their place."""
    for value in hidden:
        line = line.replace(value, "***")
    return line
