"""PIPE032."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE032",
    name="region-without-artifact-store",
    family=Family.INTEGRATION,
    title="Action runs in a Region for which the pipeline has no artifact store",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="An action in another Region takes its artifacts from a bucket there. A pipeline with "
    "the single "
    "ArtifactStore, or without an entry for that Region, is refused.",
    remediation="Use ArtifactStores with one bucket per Region, the pipeline's own among them.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-cross-region.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStore: {Type: S3, Location: artifacts}
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              Region: eu-west-1  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStores:
        - Region: us-east-1
          ArtifactStore: {Type: S3, Location: artifacts}
        - Region: eu-west-1
          ArtifactStore: {Type: S3, Location: artifacts-europe}
      Stages:
        - Name: Deploy
          Actions:
            - Name: Deploy
              Region: eu-west-1
""",
)
def region_without_artifact_store(action: Action, graph: PipelineGraph) -> Findings:
    """With one store, a Region that is written out may still be the one that the stack is deployed to."""
    pipeline = graph.pipeline_of(action)
    region = text_of(action.region)
    if pipeline is None or not region.parts or _is_own(region.sole) or not pipeline.stores.complete:
        return
    stores = [store for store in pipeline.stores if store.region is not None]
    if not pipeline.stores or any(graph.same(store.region, action.region) for store in stores):
        return
    if stores and any(graph.same(store.region, action.region) is None for store in stores):
        return
    yield Finding(
        action.at("Region"),
        f"{action.said} runs in {region}, and {pipeline.said} has "
        + (f"no artifact store for {region}" if stores else "a single ArtifactStore, for its own Region"),
        Confidence.HIGH if stores else Confidence.MEDIUM,
        severity=Severity.ERROR if stores else None,
    )


def _is_own(token: object) -> bool:
    kind, name = getattr(token, "kind", None), getattr(token, "name", "")
    return kind is TokenKind.PSEUDO and name == "AWS::Region"
