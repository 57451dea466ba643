"""PIPE017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import outputs_of
from shipway.model.pipeline import Pipeline

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE017",
    name="artifact-produced-twice",
    family=Family.INTEGRATION,
    title="Two actions produce an artifact of the same name",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="The names of output artifacts are unique within a pipeline; CodePipeline refuses it "
    "otherwise.",
    remediation="Give each output artifact its own name.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-requirements.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              OutputArtifacts:
                - Name: Output
            - Name: Test
              OutputArtifacts:
                - Name: Output  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              OutputArtifacts:
                - Name: BuildOutput
            - Name: Test
              OutputArtifacts:
                - Name: TestOutput
""",
)
def artifact_produced_twice(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """Every further producer."""
    first: dict[str, str] = {}
    for output in outputs_of(pipeline):
        if output.name in first:
            yield Finding(
                output.action.at("OutputArtifacts", output.position, "Name"),
                f"{output.action.said} produces artifact {output.name}, as {first[output.name]} does",
            )
        first.setdefault(output.name, output.action.said)
