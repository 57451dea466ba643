"""Source / S3: a zip file in a versioned bucket.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import is_denied, refused
from shipway.localcloud.services.codepipeline.declaration import ActionSpec
from shipway.localcloud.services.codepipeline.runs import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class S3Source:
    """Copies one object, at its newest or at the requested version, into the artifact store."""

    key = ("Source", "S3")
    spec = ActionSpec(
        required=frozenset({"S3Bucket", "S3ObjectKey"}),
        optional=frozenset({"PollForSourceChanges", "AllowOverrideForS3ObjectKey"}),
        inputs=(0, 0),
        outputs=(1, 1),
        timeout_minutes=60,
    )

    def run(self, work: Work) -> Outcome:
        """Read as the role, write as the role."""
        s3 = work.client("s3")
        bucket, key = work.configuration["S3Bucket"], work.configuration["S3ObjectKey"]
        version = {"VersionId": work.revision} if work.revision else {}
        try:
            if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
                raise ActionFailedError(
                    f"The S3 bucket {bucket} is not versioned: a source bucket must have versioning enabled",
                    "ConfigurationError",
                )
            found = s3.get_object(Bucket=bucket, Key=key, **version)
        except ClientError as error:
            if is_denied(error):
                raise refused(error, "Amazon S3") from error
            raise ActionFailedError(
                f"The Amazon S3 object with key '{key}' does not exist in bucket '{bucket}', "
                f"or the role may not read it: {error}",
                "RevisionUnavailable",
            ) from error
        work.write(work.action.outputs[0], found["Body"].read())
        etag = found["ETag"].strip('"')
        revision = found.get("VersionId", etag)
        summary = found.get("Metadata", {}).get(
            "codepipeline-artifact-revision-summary", f"Amazon S3 version id: {revision}"
        )
        return Outcome(
            summary=summary,
            external_id=revision,
            variables={"BucketName": bucket, "ETag": etag, "ObjectKey": key, "VersionId": revision},
            revision=Revision(revision, summary, created=found.get("LastModified")),
        )

    def newest(self, client: Callable[[str], Any], configuration: Mapping[str, str]) -> str:
        """The newest version; empty when the object is not there."""
        try:
            head = client("s3").head_object(
                Bucket=configuration["S3Bucket"], Key=configuration["S3ObjectKey"]
            )
        except ClientError:
            return ""
        return str(head.get("VersionId", head["ETag"]))
