"""boto3 clients for one account and region at one endpoint, each made when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_codebuild import CodeBuildClient
    from types_boto3_codecommit import CodeCommitClient
    from types_boto3_codedeploy import CodeDeployClient
    from types_boto3_codepipeline import CodePipelineClient
    from types_boto3_ecs import ECSClient
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_ssm import SSMClient

# A local cloud answers in milliseconds; what fails there fails for a reason that a retry does not mend.
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 2},
    s3={"addressing_style": "path"},
    proxies={},  # not even those of the environment
)


class Clients:
    """The clients; nothing of the user's own AWS configuration takes part.

    Args:
        endpoint: Where all services answer.
        account: 12 digits; in a local cloud they are the access key, too.
        region: AWS region.
    """

    def __init__(self, endpoint: str, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self._options: dict[str, Any] = {"endpoint_url": endpoint, "config": _CONFIG}
        self._by_name: dict[str, Any] = {}
        self._session = boto3.Session(account, "none", region_name=region)

    def any(self, service: str) -> Any:
        """A client by its name, for calls that are listed in a table."""
        if service not in self._by_name:  # making one takes far longer than a call
            self._by_name[service] = self._session.client(service, **self._options)  # type: ignore[call-overload] # any name
        return self._by_name[service]

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        """CloudFormation."""
        return self._session.client("cloudformation", **self._options)

    @cached_property
    def codebuild(self) -> CodeBuildClient:
        """CodeBuild."""
        return self._session.client("codebuild", **self._options)

    @cached_property
    def codecommit(self) -> CodeCommitClient:
        """CodeCommit."""
        return self._session.client("codecommit", **self._options)

    @cached_property
    def codedeploy(self) -> CodeDeployClient:
        """CodeDeploy."""
        return self._session.client("codedeploy", **self._options)

    @cached_property
    def codepipeline(self) -> CodePipelineClient:
        """CodePipeline."""
        return self._session.client("codepipeline", **self._options)

    @cached_property
    def ecs(self) -> ECSClient:
        """ECS."""
        return self._session.client("ecs", **self._options)

    @cached_property
    def elbv2(self) -> ElasticLoadBalancingv2Client:
        """Elastic Load Balancing v2."""
        return self._session.client("elbv2", **self._options)

    @cached_property
    def s3(self) -> S3Client:
        """S3."""
        return self._session.client("s3", **self._options)

    @cached_property
    def sns(self) -> SNSClient:
        """SNS."""
        return self._session.client("sns", **self._options)

    @cached_property
    def ssm(self) -> SSMClient:
        """Systems Manager."""
        return self._session.client("ssm", **self._options)
