"""IAM003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.identity import Role
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_POLICIES = {
    "AdministratorAccess": "do everything in the account",
    "PowerUserAccess": "do everything in the account but manage people",
    "IAMFullAccess": "give itself every permission",
}


@rule(
    id="IAM003",
    name="administrator-policy",
    family=Family.PERMISSIONS,
    title="Role has a policy made for administrators",
    severity=Severity.ERROR,
    subject=Role,
    since="0.1",
    rationale="A pipeline runs whatever is pushed to a repository. With this policy every push can do "
    "anything in the account.",
    remediation="Grant the calls that are made; `shipway permissions` writes the policy.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {}
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy
""",
)
def administrator_policy(role: Role, _graph: PipelineGraph) -> Findings:
    """AWS's own policies, by name, in any partition."""
    for index, value in enumerate(role.managed_policies):
        written = str(text_of(value).filled())
        name = written.rpartition("/")[2]
        if ":iam::aws:policy/" in written and name in _POLICIES:
            yield Finding(
                role.at("ManagedPolicyArns", index), f"{role.said} has {name}: it may {_POLICIES[name]}"
            )
