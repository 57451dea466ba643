"""Deploy / S3: puts an artifact, or the files in it, into a bucket.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html
"""

from __future__ import annotations

import mimetypes

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec


class S3Deploy:
    """Extracts the artifact below an optional key, or stores it as one object."""

    key = ("Deploy", "S3")
    spec = ActionSpec(
        required=frozenset({"BucketName", "Extract"}),
        optional=frozenset({"ObjectKey", "KMSEncryptionKeyARN", "CannedACL", "CacheControl"}),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=90,
    )

    def run(self, work: Work) -> Outcome:
        """Every call is made in the action's role."""
        archive = work.read(work.action.inputs[0])
        key = work.configuration.get("ObjectKey", "")
        extract = work.configuration["Extract"] == "true"
        if not extract and not key:
            raise ActionFailedError("ObjectKey is required when Extract = false", "ConfigurationError")
        prefix = f"{key.rstrip('/')}/" if key else ""
        files = (
            {f"{prefix}{name}": content for name, content in artifacts.members(archive).items()}
            if extract
            else {key: archive}
        )
        options = {
            option: work.configuration[name]
            for name, option in (
                ("KMSEncryptionKeyARN", "SSEKMSKeyId"),
                ("CannedACL", "ACL"),
                ("CacheControl", "CacheControl"),
            )
            if name in work.configuration
        }
        if "SSEKMSKeyId" in options:
            options["ServerSideEncryption"] = "aws:kms"
        s3 = work.client("s3")
        try:
            for name, content in files.items():
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                s3.put_object(
                    Bucket=work.configuration["BucketName"],
                    Key=name,
                    Body=content,
                    ContentType=kind,
                    **options,
                )
        except ClientError as error:
            raise refused(error, "Amazon S3") from error
        return Outcome(
            summary="Deployment Succeeded",
            variables={"ObjectKey": key} if key else {},
        )
