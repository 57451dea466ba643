"""PIPE026."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_FEWEST_STAGES = 2


@rule(
    id="PIPE026",
    name="misplaced-source",
    family=Family.INTEGRATION,
    title="Stages are not in the form that CodePipeline requires",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="A pipeline has at least two stages; the first holds sources and nothing else, the others hold "
    "none. CodePipeline refuses any other form when the stack is created.",
    remediation="Put all source actions, and only these, into the first stage.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-requirements.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
        - Name: Build
          Actions:
            - Name: Settings
              ActionTypeId:
                Category: Source  # <-
                Owner: AWS
                Provider: S3
                Version: "1"
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
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
            - Name: Settings
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
""",
)
def misplaced_source(pipeline: Pipeline, _graph: PipelineGraph) -> Findings:
    """A stage whose actions cannot be seen is left alone."""
    if pipeline.stages.complete and 0 < len(pipeline.stages) < _FEWEST_STAGES:
        yield Finding(pipeline.at("Stages"), f"{pipeline.said} has one stage, and needs two")
    for index, stage in enumerate(pipeline.stages):
        for action in stage.actions:
            category = action.category
            if not isinstance(category, Known) or (category.value == "Source") == (index == 0):
                continue
            if index == 0 and not pipeline.stages.complete:
                continue
            yield Finding(
                action.at("ActionTypeId", "Category"),
                f"{action.said} is a {category.value} action in stage {index + 1} of {pipeline.said}; "
                "sources stand in the first stage, and nothing else does",
            )
