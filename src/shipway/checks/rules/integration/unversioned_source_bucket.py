"""PIPE027."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.storage import Bucket
from shipway.model.value import Known, Unresolved, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE027",
    name="unversioned-source-bucket",
    family=Family.INTEGRATION,
    title="S3 source reads from a bucket without versioning",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="CodePipeline follows the versions of the source object. Without versioning on the bucket the "
    "source action fails.",
    remediation="Set VersioningConfiguration.Status of the bucket to Enabled.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html",
    bad="""
Resources:
  Code:  # <-
    Type: AWS::S3::Bucket
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: !Ref Code, S3ObjectKey: source.zip}
""",
    good="""
Resources:
  Code:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: !Ref Code, S3ObjectKey: source.zip}
""",
)
def unversioned_source_bucket(action: Action, graph: PipelineGraph) -> Findings:
    """Reported at the bucket, where it is to be mended."""
    if not action.is_a("S3") or known(action.category) != "Source":
        return
    bucket = graph.find(action.configuration.get("S3Bucket"), Bucket)
    if not isinstance(bucket, Bucket):
        return
    where = bucket.at("VersioningConfiguration", "Status")
    match bucket.versioning:
        case Known("Enabled"):
            return
        case Unresolved(reason):
            yield Undetermined(where, reason)
        case _:
            yield Finding(where, f"{bucket.said} is not versioned, and {action.said} has it as its source")
