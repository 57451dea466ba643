"""KEEP011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_POLICIES = frozenset({"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"})
_WITH_SNAPSHOT = (
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DB",
    "AWS::Redshift::Cluster",
)


@rule(
    id="KEEP011",
    name="refused-deletion-policy",
    family=Family.REMOVAL,
    title="DeletionPolicy is none that CloudFormation accepts there",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="CloudFormation refuses the template: it knows Delete, Retain, RetainExceptOnCreate, "
    "and Snapshot for what it can take one of.",
    remediation="Use Retain or Delete; Snapshot is for volumes, databases, caches and warehouses.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Snapshot  # <-
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
""",
)
def refused_deletion_policy(resource: Resource, _graph: PipelineGraph) -> Findings:
    """A custom type may take snapshots, as far as we know."""
    policy = known(resource.deletion_policy)
    if policy is None:
        return
    own = resource.cfn_type.startswith("AWS::") and not resource.cfn_type.startswith(_WITH_SNAPSHOT)
    if policy not in _POLICIES or (policy == "Snapshot" and own):
        yield Finding(
            resource.attribute("DeletionPolicy"),
            f"{resource.logical_id} ({resource.cfn_type}) has DeletionPolicy {policy}, which CloudFormation "
            "does not accept",
        )
