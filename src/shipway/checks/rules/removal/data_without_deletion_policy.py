"""KEEP003."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Types whose content nobody can make again. Buckets and image repositories refuse by themselves.
_HOLDS = {
    "AWS::CodeCommit::Repository": "the source code",
    "AWS::Cognito::UserPool": "the users",
    "AWS::DocDB::DBCluster": "the database",
    "AWS::DynamoDB::GlobalTable": "the table",
    "AWS::DynamoDB::Table": "the table",
    "AWS::EC2::Volume": "the files",
    "AWS::EFS::FileSystem": "the files",
    "AWS::Neptune::DBCluster": "the database",
    "AWS::OpenSearchService::Domain": "the index",
    "AWS::RDS::DBCluster": "the database",
    "AWS::RDS::DBInstance": "the database",
    "AWS::Redshift::Cluster": "the warehouse",
}


@rule(
    id="KEEP003",
    name="data-without-deletion-policy",
    family=Family.REMOVAL,
    title="Nobody decided what becomes of data when the stack goes",
    severity=Severity.WARNING,
    subject=Resource,
    since="0.1",
    rationale="Left out, CloudFormation's default decides: a deleted stack, or a property whose "
    "change replaces the resource, takes source code, tables and files with it.",
    remediation="Say DeletionPolicy and UpdateReplacePolicy: Delete where an environment is thrown "
    "away, Retain or Snapshot where its data counts.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Resources:
  Code:  # <-
    Type: AWS::CodeCommit::Repository
    Properties: {RepositoryName: hello}
""",
    good="""
Resources:
  Code:
    Type: AWS::CodeCommit::Repository
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {RepositoryName: hello}
""",
)
def data_without_deletion_policy(resource: Resource, _graph: PipelineGraph) -> Findings:
    """Delete is a decision too. An instance of a cluster holds nothing of its own."""
    held = _HOLDS.get(resource.cfn_type)
    if held is None or resource.deletion_policy is not None:
        return
    if resource.cfn_type == "AWS::RDS::DBInstance" and resource.properties.has("DBClusterIdentifier"):
        return
    yield Finding(
        resource.attribute("DeletionPolicy"),
        f"{resource.logical_id} ({resource.cfn_type}) has no DeletionPolicy: a default decides what "
        f"becomes of {held}",
    )
