"""PIPE018."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import all_seen, outputs_of, spelt
from shipway.model.pipeline import Pipeline
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE018",
    name="artifact-for-nobody",
    family=Family.INTEGRATION,
    title="Output artifact that no action takes",
    severity=Severity.INFO,
    subject=Pipeline,
    since="0.1",
    rationale="The artifact is packed and stored at each execution for nothing. When it is a source's or a "
    "build's, a later action usually takes the wrong one instead.",
    remediation="Take it as an input where it is meant to be used, or drop it from OutputArtifacts.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome-introducing-artifacts.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Test
              ActionTypeId: {Category: Test, Owner: AWS, Provider: CodeBuild, Version: "1"}
              OutputArtifacts:
                - Name: TestOutput  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Test
              ActionTypeId: {Category: Test, Owner: AWS, Provider: CodeBuild, Version: "1"}
""",
)
def artifact_for_nobody(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """A further output of a build whose first is taken is kept on purpose, such as a bill of materials."""
    if not all_seen(pipeline):
        return
    taken = {spelt(value) for action in pipeline.actions for value in action.inputs}
    for output in outputs_of(pipeline):
        if taken.isdisjoint(map(spelt, output.action.outputs)):
            yield Finding(
                output.action.at("OutputArtifacts", output.position, "Name"),
                f"{output.action.said} produces artifact {output.name}, which no action takes",
                severity=Severity.WARNING if known(output.action.category) == "Source" else None,
            )
