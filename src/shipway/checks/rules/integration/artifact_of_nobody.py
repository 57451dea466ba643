"""PIPE015."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import all_seen, outputs_of, spelt
from shipway.model.pipeline import Pipeline

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE015",
    name="artifact-of-nobody",
    family=Family.INTEGRATION,
    title="Input artifact that no action produces",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="CodePipeline refuses a pipeline in which an action takes an artifact that none gives.",
    remediation="Write the name exactly as it stands in the OutputArtifacts of the action that produces it.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              OutputArtifacts:
                - Name: SourceOutput
        - Name: Build
          Actions:
            - Name: Build
              InputArtifacts:
                - Name: SourceArtifact  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              OutputArtifacts:
                - Name: SourceOutput
        - Name: Build
          Actions:
            - Name: Build
              InputArtifacts:
                - Name: SourceOutput
""",
)
def artifact_of_nobody(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """Only when all actions and all names can be seen."""
    produced = {output.name for output in outputs_of(pipeline)}
    for action in pipeline.actions:
        for index, value in enumerate(action.inputs):
            name, where = spelt(value), action.at("InputArtifacts", index, "Name")
            if name in produced:
                continue
            if not all_seen(pipeline):
                yield Undetermined(where, f"not every artifact of {pipeline.said} can be seen")
                continue
            near = get_close_matches(name, sorted(produced), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Finding(where, f"{action.said} takes artifact {name}, which no action produces{hint}")
