"""What CodePipeline's build action passes to StartBuild; the contract stands in the package's docstring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INITIATOR = "CODEBUILD_INITIATOR"


def pipeline_build(
    *,
    pipeline: str,
    inputs: Mapping[str, tuple[str, str]],
    primary: str,
    outputs: Mapping[str, tuple[str, str]],
    revision: str = "",
    key: str = "",
    variables: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The overrides of a build that a pipeline starts.

    Args:
        pipeline: Name of the pipeline.
        inputs: Input artifact -> bucket and key.
        primary: The input artifact that becomes ``CODEBUILD_SRC_DIR``.
        outputs: Output artifact -> bucket and key.
        revision: Revision of the primary input, e.g. a commit id; empty when it has none.
        key: The artifact store's encryption key; empty takes S3's own.
        variables: The action's ``EnvironmentVariables``.
    """
    bucket, path = inputs[primary]
    request: dict[str, Any] = {
        "sourceTypeOverride": "CODEPIPELINE",
        "sourceLocationOverride": f"{bucket}/{path}",
        "secondarySourcesOverride": [
            {"type": "CODEPIPELINE", "location": "/".join(place), "sourceIdentifier": name}
            for name, place in inputs.items()
            if name != primary
        ],
        "environmentVariablesOverride": [
            *map(dict, variables),
            {"name": INITIATOR, "value": f"codepipeline/{pipeline}"},
        ],
    }
    if revision:
        request["sourceVersion"] = revision
    if key:
        request["encryptionKeyOverride"] = key
    artifacts = [_artifact(name, *place) for name, place in outputs.items()]
    match artifacts:
        case [only]:
            request["artifactsOverride"] = only
        case _:
            request["artifactsOverride"] = {"type": "NO_ARTIFACTS"}
            request["secondaryArtifactsOverride"] = artifacts
    return request


def _artifact(name: str, bucket: str, key: str) -> dict[str, Any]:
    return {
        "type": "CODEPIPELINE",
        "location": bucket,
        "name": key,
        "packaging": "ZIP",
        "artifactIdentifier": name,
    }
