"""IAM004."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.value import text_of
from shipway.permissions.managed import managed_policy_exists

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# AmazonS3FullAccess, AWSCodePipeline_FullAccess, CloudWatchFullAccessV2, and two that are so in all but name.
_NAME = re.compile(r".+FullAccess(V\d+)?|AmazonEC2ContainerRegistryPowerUser|SecretsManagerReadWrite")
_ADMINISTRATORS = frozenset({"IAMFullAccess"})


@rule(
    id="IAM004",
    name="full-access-policy",
    family=Family.PERMISSIONS,
    title="Role has full access to a service",
    severity=Severity.WARNING,
    subject=Role,
    since="0.1",
    rationale="A managed policy of this kind reaches every resource of the service in the account, "
    "deletion included.",
    remediation="Grant the calls that are made on the resources of this pipeline; `shipway permissions` "
    "writes the policy.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - !Sub arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy
""",
)
def full_access_policy(role: Role, _graph: PipelineGraph) -> Findings:
    """AWS's own policies, by name; one that does not exist is another rule's."""
    for index, value in enumerate(role.managed_policies):
        written = str(text_of(value).filled()).replace("${AWS::Partition}", "aws")
        name = written.rpartition("/")[2]
        if _NAME.fullmatch(name) and name not in _ADMINISTRATORS and managed_policy_exists(written):
            yield Finding(role.at("ManagedPolicyArns", index), f"{role.said} has {name}")
