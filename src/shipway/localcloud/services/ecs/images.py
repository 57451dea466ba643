"""Images of containers: what the execution role must be allowed before an engine may pull one from ECR."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.engines.engine import Credentials, Registry
from shipway.localcloud.services.ecs.definition_checks import ECR_IMAGE
from shipway.localcloud.services.ecs.failures import StartFailedError

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel

EXECUTION_SESSION = "ecs-execution"
"""Name of the execution role's session. AWS names it after the task; one per role spares a set of clients
per task, and no policy can tell the two apart before the task exists."""


@dataclass(frozen=True)
class Pull:
    """What an engine needs for a pull."""

    registry: Registry
    credentials: Credentials | None = None
    digest: str = ""


def authorise(kernel: Kernel, image: str, execution_role: str) -> Pull:
    """Do what Fargate's agent does with ECR's API before it pulls; nothing for an image from elsewhere.

    Raises:
        StartFailedError: With AWS's `stoppedReason`.
    """
    own = Registry(f"{kernel.account}.dkr.ecr.{kernel.region}.amazonaws.com", kernel.endpoint)
    match = ECR_IMAGE.fullmatch(image)
    if match is None:
        return Pull(own)
    client = kernel.clients.client("ecr", role_arn=execution_role, session=EXECUTION_SESSION)
    try:
        token = client.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    except ClientError as error:
        raise StartFailedError(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource "
            "retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 "
            f"time(s): {error}"
        ) from error
    try:
        digest = _manifest(client, match["account"], match["repository"], match["tag"], match["digest"])
    except ClientError as error:
        raise StartFailedError(
            f"CannotPullContainerError: pull image manifest has been retried 1 time(s): {image}: {error}"
        ) from error
    user, _, password = base64.b64decode(token).decode().partition(":")
    return Pull(Registry(match["host"], kernel.endpoint), Credentials(user, password), digest)


def _manifest(client: Any, account: str, repository: str, tag: str | None, digest: str | None) -> str:
    wanted = {"imageDigest": digest} if digest else {"imageTag": tag or "latest"}
    where = {"registryId": account, "repositoryName": repository}
    answer = client.batch_get_image(**where, imageIds=[wanted])
    if not answer["images"]:
        name = f"{repository}@{digest}" if digest else f"{repository}:{wanted['imageTag']}"
        raise StartFailedError(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
            f"{name}: not found"
        )
    image = answer["images"][0]
    layers = json.loads(image["imageManifest"]).get("layers", [])
    for layer in layers:
        client.get_download_url_for_layer(**where, layerDigest=layer["digest"])
    return str(image["imageId"].get("imageDigest", ""))
