"""KEEP004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_kept
from shipway.model.balancer import LoadBalancer
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ON = frozenset({"true", "ACTIVE"})
# Type -> the property that protects it.
_PROTECTED_BY = {
    "AWS::Cognito::UserPool": "DeletionProtection",
    "AWS::DocDB::DBCluster": "DeletionProtection",
    "AWS::DynamoDB::Table": "DeletionProtectionEnabled",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "LoadBalancerAttributes",
    "AWS::Neptune::DBCluster": "DeletionProtection",
    "AWS::RDS::DBCluster": "DeletionProtection",
    "AWS::RDS::DBInstance": "DeletionProtection",
}


@rule(
    id="KEEP004",
    name="protected-against-its-stack",
    family=Family.REMOVAL,
    title="Deletion protection contradicts the stack, which is to delete the resource",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="Deleting the stack fails at the protected resource, after much of the rest is gone.",
    remediation="Switch the protection off where the environment is thrown away, or say "
    "DeletionPolicy: Retain where the resource is to stay.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load- "
    "balancer-attributes.html",
    bad="""
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:  # <-
        - {Key: deletion_protection.enabled, Value: "true"}
""",
    good="""
Resources:
  Balancer:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      LoadBalancerAttributes:
        - {Key: deletion_protection.enabled, Value: "false"}
""",
)
def protected_against_its_stack(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Snapshot deletes as well, after the snapshot."""
    key = _PROTECTED_BY.get(resource.cfn_type)
    if key is None or is_kept(resource):
        return
    protected = (
        resource.deletion_protection if isinstance(resource, LoadBalancer) else resource.properties.text(key)
    )
    if known(protected) in _ON:
        yield Finding(
            resource.at(key),
            f"{resource.logical_id} ({resource.cfn_type}) is protected from deletion, and its stack is to "
            "delete it",
        )
