"""KEEP001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_emptied, is_kept
from shipway.model.node import Relation
from shipway.model.pipeline import Action, ArtifactStore
from shipway.model.storage import Bucket

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP001",
    name="undeletable-bucket",
    family=Family.REMOVAL,
    title="Bucket that fills up blocks the deletion of the stack",
    severity=Severity.WARNING,
    subject=Bucket,
    since="0.1",
    rationale="CloudFormation deletes only empty buckets. A pipeline's artifact bucket is never "
    "empty, so the stack ends in DELETE_FAILED.",
    remediation="Empty it on deletion (auto_delete_objects=True in CDK), or say DeletionPolicy: "
    "Retain when it is meant to stay.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete- stack.html",
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
    """What fills a bucket cannot always be seen; that nothing ever does is no plan for it."""
    if is_kept(bucket) or is_emptied(bucket, graph):
        return
    where = bucket.attribute("DeletionPolicy")
    if graph.users(bucket, Relation.STORES_IN, ArtifactStore):
        holds = "holds a pipeline's artifacts"
    elif graph.users(bucket, Relation.READS_FROM, Action):
        holds = "holds the source of a pipeline"
    elif graph.users(bucket, Relation.DEPLOYS_TO, Action):
        holds = "holds what a pipeline deploys"
    else:
        yield Finding(
            where,
            f"{bucket.said} is deleted with the stack only when it is empty, and nothing empties it",
            Confidence.MEDIUM,
        )
        return
    yield Finding(where, f"{bucket.said} {holds}, and nothing empties it when the stack is deleted")
