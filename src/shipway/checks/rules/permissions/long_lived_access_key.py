"""IAM026."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="IAM026",
    name="long-lived-access-key",
    family=Family.PERMISSIONS,
    title="Template makes an access key that never expires",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="The key is valid until somebody deletes it, and stands readable in the state of the stack.",
    remediation="Let the part act as a role; outside of AWS, through OpenID Connect.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles",
    bad="""
Resources:
  Deployer:
    Type: AWS::IAM::User
  Key:  # <-
    Type: AWS::IAM::AccessKey
    Properties: {UserName: !Ref Deployer}
""",
    good="""
Resources:
  Deployer:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {}}
""",
)
def long_lived_access_key(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Whoever it is for."""
    if resource.cfn_type == "AWS::IAM::AccessKey":
        yield Finding(resource.location, f"access key {resource.logical_id} never expires")
