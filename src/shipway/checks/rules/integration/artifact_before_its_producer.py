"""PIPE016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._artifacts import moment_of, outputs_of, spelt
from shipway.model.pipeline import Pipeline

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE016",
    name="artifact-before-its-producer",
    family=Family.INTEGRATION,
    title="Artifact is taken before it is produced",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="Actions of one stage with the same RunOrder run at the same time, and stages run one "
    "after the "
    "other. CodePipeline refuses a pipeline in which an artifact is taken before it is there.",
    remediation="Move the consumer to a later stage, or give it a higher RunOrder than the producer.",
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
                - Name: Built
            - Name: Test
              InputArtifacts:
                - Name: Built  # <-
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
                - Name: Built
            - Name: Test
              RunOrder: 2
              InputArtifacts:
                - Name: Built
""",
)
def artifact_before_its_producer(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """An artifact with two producers is another rule's."""
    if not pipeline.complete:
        return
    outputs = outputs_of(pipeline)
    for action in pipeline.actions:
        taken = moment_of(pipeline, action)
        for index, value in enumerate(action.inputs):
            makers = [output.action for output in outputs if output.name == spelt(value)]
            given = [moment_of(pipeline, maker) for maker in makers]
            if taken is None or len(makers) != 1 or given[0] is None or given[0] < taken:
                continue
            yield Finding(
                action.at("InputArtifacts", index, "Name"),
                f"{action.said} takes artifact {spelt(value)}, which {makers[0].said} has not "
                "produced by then",
            )
