"""A project and a StartBuild request -> what is to be built. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codebuild.handover import INITIATOR
from shipway.localcloud.services.codebuild.record import Order
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_TIMEOUT_MINUTES = 60
DEFAULT_QUEUED_MINUTES = 480
# StartBuild's override -> member of the project's source or environment.
_SOURCE = {
    "sourceTypeOverride": "type",
    "sourceLocationOverride": "location",
    "buildspecOverride": "buildspec",
    "gitCloneDepthOverride": "gitCloneDepth",
    "gitSubmodulesConfigOverride": "gitSubmodulesConfig",
    "sourceAuthOverride": "auth",
    "insecureSslOverride": "insecureSsl",
    "reportBuildStatusOverride": "reportBuildStatus",
    "buildStatusConfigOverride": "buildStatusConfig",
}
_ENVIRONMENT = {
    "environmentTypeOverride": "type",
    "imageOverride": "image",
    "computeTypeOverride": "computeType",
    "certificateOverride": "certificate",
    "privilegedModeOverride": "privilegedMode",
    "registryCredentialOverride": "registryCredential",
    "imagePullCredentialsTypeOverride": "imagePullCredentialsType",
    "fleetOverride": "fleet",
    "hostKernelOverride": "hostKernel",
}


def make_order(
    project: Mapping[str, Any],
    request: Mapping[str, Any],
    *,
    account: str,
    region: str,
    caller: str,
    number: int,
) -> Order:
    """Apply the overrides.

    Raises:
        ServiceError: The project's source is a pipeline and none is given.
    """
    source = {**project["source"], **_renamed(request, _SOURCE)}
    if source["type"] == "CODEPIPELINE" and not source.get("location"):
        raise ServiceError(
            "InvalidInputException",
            "A project with source type CODEPIPELINE can only be started by CodePipeline",
        )
    given = {each["name"]: each for each in request.get("environmentVariablesOverride", [])}
    initiator = given.pop(INITIATOR, {}).get("value") or caller
    environment = {**project["environment"], **_renamed(request, _ENVIRONMENT)}
    declared = {each["name"]: each for each in environment.pop("environmentVariables", [])}
    artifacts = request.get("artifactsOverride", project["artifacts"])
    return Order(
        project=project["name"],
        account=account,
        region=region,
        number=number,
        initiator=initiator,
        source=source,
        secondary_sources=tuple(request.get("secondarySourcesOverride", project.get("secondarySources", []))),
        source_version=request.get("sourceVersion", project.get("sourceVersion", "")),
        secondary_versions={
            each["sourceIdentifier"]: each["sourceVersion"]
            for each in (
                *project.get("secondarySourceVersions", []),
                *request.get("secondarySourcesVersionOverride", []),
            )
        },
        artifacts=artifacts,
        secondary_artifacts=tuple(
            request.get("secondaryArtifactsOverride", project.get("secondaryArtifacts", []))
        ),
        environment=environment,
        variables=tuple({**declared, **given}.values()),
        cache=request.get("cacheOverride", project.get("cache", {"type": "NO_CACHE"})),
        logs=request.get("logsConfigOverride", project.get("logsConfig", {})),
        service_role=request.get("serviceRoleOverride", project["serviceRole"]),
        timeout_minutes=request.get(
            "timeoutInMinutesOverride", project.get("timeoutInMinutes", DEFAULT_TIMEOUT_MINUTES)
        ),
        queued_timeout_minutes=request.get(
            "queuedTimeoutInMinutesOverride", project.get("queuedTimeoutInMinutes", DEFAULT_QUEUED_MINUTES)
        ),
        encryption_key=request.get("encryptionKeyOverride", project["encryptionKey"]),
        request=dict(request),
    )


def _renamed(request: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {member: request[override] for override, member in names.items() if override in request}
