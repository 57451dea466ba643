"""IAM005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.value import text_of
from shipway.permissions.datafiles import read_lines
from shipway.permissions.managed import managed_policies_named, managed_policy_exists

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_OWNED = ":iam::aws:policy/"


@rule(
    id="IAM005",
    name="invented-managed-policy",
    family=Family.PERMISSIONS,
    title="Role has a managed policy that AWS does not have",
    severity=Severity.ERROR,
    subject=Role,
    since="0.1",
    rationale="CloudFormation cannot create the role: the policy does not exist or is not attachable. "
    "Common are a wrong path (service-role/ left out) and an underscore left out.",
    remediation="Take the ARN from AWS's list of managed policies, path included.",
    source="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy  # <-
        - arn:aws:iam::aws:policy/AWSCodePipelineFullAccess  # <-
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
def invented_managed_policy(role: Role, _graph: PipelineGraph) -> Findings:
    """Names only where the whole name is known."""
    for index, value in enumerate(role.managed_policies):
        written = str(text_of(value).filled()).replace("${AWS::Partition}", "aws")
        if _OWNED not in written or "${" in written or managed_policy_exists(written):
            continue
        name = written.rpartition("/")[2]
        yield Finding(
            role.at("ManagedPolicyArns", index),
            f"{role.said} has {written}, which is none of AWS's managed policies",
            remedy=_remedy(name),
        )


def _remedy(name: str) -> str:
    meant = managed_policies_named(name)
    if not meant:
        from difflib import get_close_matches  # noqa: PLC0415 -- few templates invent a policy

        names = {arn.rpartition("/")[2]: arn for arn in read_lines("managed-policy-arns")}
        close = get_close_matches(name, sorted(names), n=1, cutoff=0.9)
        meant = tuple(names[each] for each in close)
    return f"There is {meant[0]}; better still, grant only the calls that are made." if meant else ""
