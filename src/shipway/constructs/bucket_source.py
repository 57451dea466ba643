"""A bucket into which somebody uploads the source as an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Aws
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from constructs import Construct
from shipway.constructs.environment import tag
from shipway.constructs.event_trigger import event_trigger
from shipway.constructs.pipeline_action import PipelineAction
from shipway.constructs.private_bucket import private_bucket
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.removal import Removal


class BucketSource(Construct):
    """A versioned S3 bucket with one object, a zip archive of the source; an upload is delivered.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names bucket, rule and role.
        removal: Whether archives outlive the stack.
        key: The object's key (default ``source.zip``).
        expire_after_days: Archives that a newer one replaced are deleted after so many days, and so is one
            that nobody replaced (default 365).

    Attributes:
        bucket: The bucket.
        key: As given.
        trigger: The rule that starts the pipeline, once ``start_on_change`` was called.

    Raises:
        InputError: The key is not that of a zip archive.
    """

    revision = "s3"  # versions of objects hold characters that a tag refuses

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        key: str = "source.zip",
        expire_after_days: int = 365,
    ) -> None:
        super().__init__(scope, construct_id)
        if not key.endswith(".zip") or key.startswith("/"):
            raise InputError(
                "the source must be a zip archive, and its key no path of a file system",
                where="key",
                value=repr(key),
                remedy='Use e.g. "source.zip"',
            )
        tag(self, naming)
        self._naming = naming
        self.key = key
        self.trigger: events.Rule | None = None
        self.bucket = private_bucket(
            self,
            naming=naming,
            bucket_name=naming.global_name(Kind.BUCKET, "source", account=Aws.ACCOUNT_ID),
            removal=removal,
            expire_after_days=expire_after_days,
        )
        # The CDK's own property turns events on by a Lambda function.
        cast("s3.CfnBucket", self.bucket.node.default_child).add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", value=True
        )

    @property
    def statements(self) -> list[iam.PolicyStatement]:
        """What the pipeline's role must be allowed to fetch an archive."""
        return [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[self.bucket.arn_for_objects(self.key)],
            ),
            iam.PolicyStatement(actions=["s3:GetBucketVersioning"], resources=[self.bucket.bucket_arn]),
        ]

    @property
    def outputs(self) -> dict[str, str]:
        """Where to upload to."""
        return {"SourceArchive": self.bucket.s3_url_for_object(self.key)}

    def action(self, output: codepipeline.Artifact) -> PipelineAction:
        """The action that fetches the archive."""
        return PipelineAction(
            action_name="Source",
            category=codepipeline.ActionCategory.SOURCE,
            provider="S3",
            configuration={
                "S3Bucket": self.bucket.bucket_name,
                "S3ObjectKey": self.key,
                "PollForSourceChanges": False,  # a rule tells
            },
            outputs=[output],
        )

    def start_on_change(self, pipeline: codepipeline.Pipeline) -> None:
        """Start ``pipeline`` whenever the archive is uploaded."""
        self.trigger = event_trigger(
            self,
            naming=self._naming,
            pipeline=pipeline,
            description=f"An upload of {self.key} starts the pipeline",
            pattern=events.EventPattern(
                source=["aws.s3"],
                detail_type=["Object Created"],
                detail={"bucket": {"name": [self.bucket.bucket_name]}, "object": {"key": [self.key]}},
            ),
        )
