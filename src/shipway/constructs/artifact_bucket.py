"""The bucket through which the pipeline's stages hand on their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.private_bucket import private_bucket
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.removal import Removal


class ArtifactBucket(Construct):
    """A private bucket: encrypted, TLS only, versioned, expiring, emptied on delete.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the bucket.
        removal: Whether artifacts outlive the stack.
        expire_after_days: Artifacts are deleted after this many days (default 30).

    Attributes:
        bucket: The bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        expire_after_days: int = 30,
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            naming=naming,
            bucket_name=naming.global_name(Kind.BUCKET, "artifacts", account=Aws.ACCOUNT_ID),
            removal=removal,
            expire_after_days=expire_after_days,
        )

    def pipeline_statements(self) -> list[iam.PolicyStatement]:
        """What a pipeline's role needs to hand artifacts on."""
        return [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[self.bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(actions=["s3:GetBucketVersioning"], resources=[self.bucket.bucket_arn]),
        ]
