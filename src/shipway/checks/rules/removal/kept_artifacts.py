"""KEEP012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import stays
from shipway.model.node import Relation
from shipway.model.pipeline import ArtifactStore
from shipway.model.storage import Bucket

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP012",
    name="kept-artifacts",
    family=Family.REMOVAL,
    title="Artifact bucket stays when the stack goes",
    severity=Severity.INFO,
    subject=Bucket,
    since="0.1",
    rationale="What a pipeline puts there can be built again, and nobody looks for it afterwards. "
    "Every deleted stack leaves a bucket that is paid for.",
    remediation="Empty and delete the bucket with the stack (RemovalPolicy.DESTROY and "
    "auto_delete_objects=True in CDK).",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute- "
    "deletionpolicy.html",
    bad="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain  # <-
  Empty: {Type: Custom::Emptied, Properties: {Bucket: !Ref Artifacts}}
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
""",
    good="""
Resources:
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Delete
  Empty: {Type: Custom::Emptied, Properties: {Bucket: !Ref Artifacts}}
  Delivery:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
""",
)
def kept_artifacts(bucket: Bucket, graph: PipelineGraph) -> Findings:
    """A bucket that other things use too may hold more than artifacts."""
    others = [
        edge
        for edge in graph.edges_to(bucket)
        if edge.relation not in {Relation.STORES_IN, Relation.ATTACHED_TO}
    ]
    if stays(bucket) and not others and graph.users(bucket, Relation.STORES_IN, ArtifactStore):
        yield Finding(
            bucket.attribute("DeletionPolicy"),
            f"{bucket.said} holds a pipeline's artifacts, and stays when the stack is deleted",
        )
