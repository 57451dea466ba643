"""How long a physical name may be, and of which characters, per CloudFormation type."""

from __future__ import annotations

import re
from typing import NamedTuple

from shipway.model.naming import Kind


class NameLimit(NamedTuple):
    """What a service takes as a name."""

    longest: int
    alphabet: re.Pattern[str]
    """Matches a whole name, whatever its length."""

    @property
    def takes_capitals(self) -> bool:
        """Whether a name may hold an upper-case letter."""
        return self.alphabet.fullmatch("AA") is not None


def _of(kind: Kind) -> NameLimit:
    return NameLimit(kind.longest, kind.alphabet)


LIMITS: dict[str, NameLimit] = {
    "AWS::CodeBuild::Project": _of(Kind.BUILD_PROJECT),
    "AWS::CodeCommit::Repository": _of(Kind.REPOSITORY),
    "AWS::CodeConnections::Connection": _of(Kind.CONNECTION),
    "AWS::CodeDeploy::Application": _of(Kind.DEPLOYMENT),
    "AWS::CodeDeploy::DeploymentConfig": _of(Kind.DEPLOYMENT),
    "AWS::CodeDeploy::DeploymentGroup": _of(Kind.DEPLOYMENT),
    "AWS::CodePipeline::Pipeline": _of(Kind.PIPELINE),
    "AWS::CodeStarConnections::Connection": _of(Kind.CONNECTION),
    "AWS::ECR::Repository": NameLimit(256, re.compile(r"[a-z0-9]+([._/-]+[a-z0-9]+)*")),  # botocore ecr
    "AWS::ECS::Cluster": _of(Kind.ECS),
    "AWS::ECS::Service": _of(Kind.ECS),
    "AWS::ECS::TaskDefinition": _of(Kind.ECS),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": NameLimit(
        32, re.compile(r"(?!internal-|-)[A-Za-z0-9-]*[A-Za-z0-9]")
    ),  # ELBv2 API: no hyphen at either end
    "AWS::ElasticLoadBalancingV2::TargetGroup": NameLimit(32, re.compile(r"(?!-)[A-Za-z0-9-]*[A-Za-z0-9]")),
    "AWS::Events::Rule": _of(Kind.RULE),
    "AWS::IAM::ManagedPolicy": NameLimit(128, Kind.ROLE.alphabet),  # botocore iam policyNameType
    "AWS::IAM::Policy": NameLimit(128, Kind.ROLE.alphabet),
    "AWS::IAM::Role": _of(Kind.ROLE),
    "AWS::KMS::Alias": NameLimit(256, re.compile(r"alias/(?!aws/)[a-zA-Z0-9/_-]+")),  # botocore kms
    "AWS::Lambda::Function": NameLimit(64, re.compile(r"[A-Za-z0-9_-]+")),  # Lambda API, CreateFunction
    "AWS::Logs::LogGroup": _of(Kind.LOG_GROUP),
    "AWS::S3::Bucket": _of(Kind.BUCKET),
    "AWS::SNS::Topic": NameLimit(256, re.compile(r"[A-Za-z0-9_-]+(\.fifo)?")),
    "AWS::SQS::Queue": NameLimit(80, re.compile(r"[A-Za-z0-9_-]+(\.fifo)?")),
    "AWS::SSM::Parameter": _of(Kind.PARAMETER),
    "AWS::SecretsManager::Secret": NameLimit(512, re.compile(r"[\w/+=.@-]+")),  # Secrets Manager API
    "AWS::StepFunctions::StateMachine": NameLimit(80, re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]+")),
}
"""A type that is missing has limits that nobody checked."""
