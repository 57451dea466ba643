"""KEEP001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.node import Relation
from shipway.model.pipeline import ArtifactStore
from shipway.model.storage import Bucket
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


@rule(
    id="KEEP001",
    name="undeletable-bucket",
    family=Family.REMOVAL,
    title="Bucket that fills up blocks the deletion of the stack",
    severity=Severity.WARNING,
    subject=Bucket,
    since="0.1",
    rationale="CloudFormation deletes only empty buckets. A pipeline's artifact bucket is never empty, so "
    "the stack ends in DELETE_FAILED.",
    remediation="Empty it on deletion (auto_delete_objects=True in CDK), or say DeletionPolicy: Retain when "
    "it is meant to stay.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete-stack.html",
    bad="""
Resources:
  Artifacts:  # <-
    Type: AWS::S3::Bucket
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
""",
)
def undeletable_bucket(bucket: Bucket, graph: PipelineGraph) -> Findings:
    """A bucket is known to fill up when a pipeline stores its artifacts there."""
    if known(bucket.deletion_policy) in _KEPT or not graph.users(bucket, Relation.STORES_IN, ArtifactStore):
        return
    if not _is_emptied(bucket, graph):
        yield Finding(
            bucket.attribute("DeletionPolicy"),
            f"{bucket.said} holds a pipeline's artifacts, and nothing empties it when the stack is deleted",
        )


def _is_emptied(bucket: Bucket, graph: PipelineGraph) -> bool:
    for resource in graph.resources:
        if resource.cfn_type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            named = [token.name for _, value in resource.properties.walk() for token in text_of(value).tokens]
            if bucket.logical_id in named:
                return True
    return False
