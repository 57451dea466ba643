"""A bucket as all of ours are: private, encrypted, TLS only, versioned, expiring, emptied on delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import CfnResource, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from shipway.constructs.findings import acknowledge
from shipway.constructs.removal import Removal
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from constructs import Construct

_PROVIDER = "Custom::S3AutoDeleteObjectsCustomResourceProvider"
_LOGS = "S3AutoDeleteObjectsLogs"


def private_bucket(
    scope: Construct,
    *,
    naming: Naming,
    bucket_name: str,
    removal: Removal,
    expire_after_days: int,
    encryption_key: kms.IKey | None = None,
) -> s3.Bucket:
    """Make it.

    Args:
        scope: Its parent.
        naming: Names the log group of the function that empties buckets.
        bucket_name: Its name.
        removal: Whether objects outlive the stack.
        expire_after_days: Objects, and versions that a newer one replaced, are deleted after this many days.
        encryption_key: Encrypts objects; S3's own keys by default.
    """
    age = Duration.days(expire_after_days)
    bucket = s3.Bucket(
        scope,
        "Bucket",
        bucket_name=bucket_name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.KMS if encryption_key else s3.BucketEncryption.S3_MANAGED,
        encryption_key=encryption_key,
        bucket_key_enabled=True if encryption_key else None,
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
    acknowledge(bucket, "S1", "Its log would need a bucket, and that one another; CloudTrail tells as much")
    if removal.empties:
        _own_the_logs_of_the_provider(Stack.of(scope), naming)
    return bucket


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
