"""The bucket through which the pipeline's stages hand on their results."""

from __future__ import annotations

from typing import cast

from aws_cdk import Aws, CfnResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from constructs import Construct
from shipway.constructs.removal import Removal
from shipway.model.naming import Kind, Naming

_PROVIDER = "Custom::S3AutoDeleteObjectsCustomResourceProvider"
_LOGS = "S3AutoDeleteObjectsLogs"


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
        age = Duration.days(expire_after_days)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=naming.global_name(Kind.BUCKET, "artifacts", account=Aws.ACCOUNT_ID),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=age,
                    noncurrent_version_expiration=age,
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=removal.policy,
            auto_delete_objects=removal.empties,
        )
        if removal.empties:
            _own_the_logs_of_the_provider(Stack.of(self), naming)

    def pipeline_statements(self) -> list[iam.PolicyStatement]:
        """What a pipeline's role needs to hand artifacts on."""
        return [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[self.bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(actions=["s3:GetBucketVersioning"], resources=[self.bucket.bucket_arn]),
        ]


def _own_the_logs_of_the_provider(stack: Stack, naming: Naming) -> None:
    """Give the CDK's bucket-emptying function, one per stack, a log group that goes with the stack.

    Left alone, Lambda creates a group that never expires and that outlives the stack.
    """
    if stack.node.try_find_child(_LOGS) is not None:
        return
    group = logs.LogGroup(
        stack,
        _LOGS,
        log_group_name=naming.name(Kind.LOG_GROUP, "bucket-cleanup", prefix="/aws/lambda/"),
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=Removal(protected=False).policy,
    )
    provider = stack.node.find_child(_PROVIDER)
    function = cast("CfnResource", provider.node.find_child("Handler"))
    function.add_deletion_override("DependsOn")  # on the role, which it refers to anyway (cfn-lint W3005)
    function.add_property_override("LoggingConfig", {"LogGroup": group.log_group_name})
    role = cast("CfnResource", provider.node.find_child("Role"))
    role.add_property_deletion_override("ManagedPolicyArns")
    role.add_property_override(
        "Policies",
        [
            {
                "PolicyName": "WriteLogs",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": group.log_group_arn,
                        }
                    ],
                },
            }
        ],
    )
