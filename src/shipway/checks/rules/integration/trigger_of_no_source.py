"""PIPE010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PROVIDER = "CodeStarSourceConnection"


@rule(
    id="PIPE010",
    name="trigger-of-no-source",
    family=Family.INTEGRATION,
    title="Trigger of a V2 pipeline names no source action over a connection",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="A trigger belongs to a source action with provider CodeStarSourceConnection, by the action's "
    "name, and to a pipeline of type V2. CodePipeline refuses the pipeline otherwise.",
    remediation="Set SourceActionName to the name of the source action, and PipelineType to V2.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-filter.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      PipelineType: V2
      Triggers:
        - ProviderType: CodeStarSourceConnection
          GitConfiguration:
            SourceActionName: Source  # <-
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      PipelineType: V2
      Triggers:
        - ProviderType: CodeStarSourceConnection
          GitConfiguration:
            SourceActionName: Checkout
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
""",
)
def trigger_of_no_source(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """Names can be compared only when all sources are seen."""
    if pipeline.triggers and known(pipeline.type) in {None, "V1"} and not _unseen(pipeline):
        yield Finding(
            pipeline.at("Triggers"), f"{pipeline.said} has triggers and is of type V1, which has none"
        )
    sources = {known(each.name): each for each in pipeline.sources}
    if not pipeline.complete or None in sources:
        return
    for trigger in pipeline.triggers:
        name = trigger.source_action
        if not isinstance(name, Known):
            continue
        where = trigger.location.at("GitConfiguration", "SourceActionName")
        source = sources.get(name.value)
        if source is None:
            yield Finding(
                where, f"trigger names {name.value}, and {pipeline.said} has no source action of that name"
            )
        elif isinstance(source.provider, Known) and source.provider.value != _PROVIDER:
            yield Finding(
                where,
                f"trigger names {name.value}, which is a {source.provider.value} source without a connection",
            )


def _unseen(pipeline: Pipeline) -> bool:
    return pipeline.type is not None and not isinstance(pipeline.type, Known)
