"""What a build's role may do: as much as its commands call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from constructs import Construct
    from shipway.constructs.buildspec import Report
    from shipway.constructs.network import Network

_PUT = {"TEST": "codebuild:BatchPutTestCases", "CODE_COVERAGE": "codebuild:BatchPutCodeCoverages"}


def write_logs(group: logs.ILogGroup) -> iam.PolicyStatement:
    """Write to the project's log group."""
    return iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[group.log_group_arn]
    )


def write_reports(
    scope: Construct, project_name: str, reports: Iterable[Report]
) -> list[iam.PolicyStatement]:
    """Fill the project's report groups; nothing if there is none."""
    kinds = sorted({_PUT[report.type] for report in reports})
    if not kinds:
        return []
    groups = Stack.of(scope).format_arn(
        service="codebuild", resource="report-group", resource_name=f"{project_name}-*"
    )
    return [
        iam.PolicyStatement(
            actions=[
                "codebuild:CreateReportGroup",
                "codebuild:CreateReport",
                "codebuild:UpdateReport",
                *kinds,
            ],
            resources=[groups],
        )
    ]


def use_artifacts(bucket: s3.IBucket) -> list[iam.PolicyStatement]:
    """Read the source and write the outputs, as the pipeline hands them on."""
    statements = [
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            resources=[bucket.arn_for_objects("*")],
        ),
        iam.PolicyStatement(
            actions=["s3:GetBucketAcl", "s3:GetBucketLocation"], resources=[bucket.bucket_arn]
        ),
    ]
    if bucket.encryption_key:
        statements.append(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[bucket.encryption_key.key_arn]
            )
        )
    return statements


def push_images(repository: ecr.IRepository, *, read_scan: bool) -> list[iam.PolicyStatement]:
    """Pull the cache, push image and cache, and read the scan's findings if a gate asks for them."""
    return [
        iam.PolicyStatement(
            actions=[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                *(["ecr:DescribeImageScanFindings"] if read_scan else []),
                "ecr:GetDownloadUrlForLayer",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            resources=[repository.repository_arn],
        ),
        # Has no resource type:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
    ]


def read_secrets(secrets: Sequence[secretsmanager.ISecret]) -> list[iam.PolicyStatement]:
    """Read these secrets, and use the keys that encrypt them."""
    if not secrets:
        return []
    keys: list[kms.IKey] = [secret.encryption_key for secret in secrets if secret.encryption_key]
    statements = [
        iam.PolicyStatement(
            actions=["secretsmanager:GetSecretValue"],
            # Secrets Manager ends each ARN with six characters that a name does not tell.
            resources=[secret.secret_full_arn or f"{secret.secret_arn}-??????" for secret in secrets],
        )
    ]
    if keys:
        statements.append(
            iam.PolicyStatement(actions=["kms:Decrypt"], resources=[key.key_arn for key in keys])
        )
    return statements


def stand_in_network(
    scope: Construct, network: Network, group: ec2.ISecurityGroup
) -> list[iam.PolicyStatement]:
    """Give the build an address in the network.

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html
    """
    stack = Stack.of(scope)
    interfaces = stack.format_arn(service="ec2", resource="network-interface", resource_name="*")
    subnets = [
        stack.format_arn(service="ec2", resource="subnet", resource_name=subnet.subnet_id)
        for subnet in network.vpc.select_subnets(subnet_type=network.task_subnets.subnet_type).subnets
    ]
    return [
        iam.PolicyStatement(
            # None of these has a resource type.
            actions=[
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            resources=["*"],
        ),
        # An interface is made in a subnet with a security group, and has no name before.
        iam.PolicyStatement(
            actions=["ec2:CreateNetworkInterface"],
            resources=[
                interfaces,
                *subnets,
                stack.format_arn(
                    service="ec2", resource="security-group", resource_name=group.security_group_id
                ),
            ],
        ),
        iam.PolicyStatement(actions=["ec2:DeleteNetworkInterface"], resources=[interfaces]),
        iam.PolicyStatement(
            actions=["ec2:CreateNetworkInterfacePermission"],
            resources=[interfaces],
            conditions={
                "StringEquals": {
                    "ec2:Subnet": subnets,
                    "ec2:AuthorizedService": "codebuild.amazonaws.com",
                }
            },
        ),
    ]
