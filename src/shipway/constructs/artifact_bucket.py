"""The bucket through which the pipeline's stages hand on their results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from constructs import Construct
from shipway.constructs.delivery_place import artifact_key_alias, of_account
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
        encrypt_with_key: Whether artifacts are encrypted with a key of the stack ($1 a month), which other
            accounts can be let use (default: with S3's own keys, which they cannot).

    Attributes:
        bucket: The bucket.
        key: The key; None unless asked for.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        expire_after_days: int = 30,
        encrypt_with_key: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.key = self._key(naming, removal) if encrypt_with_key else None
        self.bucket = private_bucket(
            self,
            naming=naming,
            bucket_name=naming.global_name(Kind.BUCKET, "artifacts", account=Aws.ACCOUNT_ID),
            removal=removal,
            expire_after_days=expire_after_days,
            encryption_key=self.key,
        )
        removal.allow(self.bucket, "kept-artifacts")

    def let_read(self, account: str, role_arn: str) -> None:
        """Let a role of another account read artifacts; it needs not exist yet."""
        reader = of_account(account, [role_arn])
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[reader],
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[self.bucket.arn_for_objects("*")],
            )
        )
        if self.key:
            self.key.add_to_resource_policy(
                iam.PolicyStatement(principals=[reader], actions=["kms:Decrypt"], resources=["*"])
            )

    def _key(self, naming: Naming, removal: Removal) -> kms.Key:
        return kms.Key(
            self,
            "Key",
            alias=artifact_key_alias(naming),
            description=f"Artifacts of {naming.service}, for deployments to other accounts",
            enable_key_rotation=True,
            pending_window=Duration.days(7),
            removal_policy=removal.policy,
        )

    def pipeline_statements(self) -> list[iam.PolicyStatement]:
        """What a pipeline's role needs to hand artifacts on."""
        return [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[self.bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(actions=["s3:GetBucketVersioning"], resources=[self.bucket.bucket_arn]),
            *(
                [
                    iam.PolicyStatement(
                        actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[self.key.key_arn]
                    )
                ]
                if self.key
                else []
            ),
        ]
