"""Source / ECR: an image by its tag, described in ``imageDetail.json``.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html
"""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import is_denied, refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec
from shipway.localcloud.services.codepipeline.runs import Revision


class EcrSource:
    """Resolves a tag (``latest`` by default) to a digest; only EventBridge notices a new image."""

    key = ("Source", "ECR")
    spec = ActionSpec(
        required=frozenset({"RepositoryName"}),
        optional=frozenset({"ImageTag"}),
        inputs=(0, 0),
        outputs=(1, 1),
        timeout_minutes=60,
    )

    def run(self, work: Work) -> Outcome:
        """Ask ECR as the role."""
        name, tag = work.configuration["RepositoryName"], work.configuration.get("ImageTag", "latest")
        wanted = {"imageDigest": work.revision} if work.revision else {"imageTag": tag}
        try:
            found: dict[str, Any] = work.client("ecr").describe_images(
                repositoryName=name, imageIds=[wanted]
            )["imageDetails"][0]
        except (ClientError, IndexError) as error:
            if isinstance(error, ClientError) and is_denied(error):
                raise refused(error, "Amazon ECR") from error
            raise ActionFailedError(
                f"The image with tag '{tag}' was not found in the Amazon ECR repository '{name}'",
                "RevisionUnavailable",
            ) from error
        registry = f"{found['registryId']}.dkr.ecr.{work.region}.amazonaws.com"
        digest = found["imageDigest"]
        uri = f"{registry}/{name}@{digest}"
        detail = {
            "ImageSizeInBytes": str(found.get("imageSizeInBytes", "")),
            "ImageDigest": digest,
            "Version": "1.0",
            "ImagePushedAt": str(found.get("imagePushedAt", "")),
            "RegistryId": found["registryId"],
            "RepositoryName": name,
            "ImageURI": uri,
            "ImageTags": found.get("imageTags", []),
        }
        work.write(
            work.action.outputs[0], artifacts.zipped({"imageDetail.json": json.dumps(detail).encode()})
        )
        return Outcome(
            external_id=digest,
            variables={
                "RegistryId": found["registryId"],
                "RepositoryName": name,
                "ImageTag": tag,
                "ImageDigest": digest,
                "ImageURI": uri,
            },
            revision=Revision(digest),
        )
