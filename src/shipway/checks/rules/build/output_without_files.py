"""BUILD023."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._handover import filled, spelt
from shipway.model.pipeline import Pipeline

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD023",
    name="output-without-files",
    family=Family.BUILD,
    title="Build has an output artifact, and its buildspec says nothing of what is in it",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="A build hands on what its buildspec lists under artifacts, and for a second output under "
    "secondary-artifacts with the output's name. Without that the artifact is empty or missing, and "
    "the action "
    "that takes it fails.",
    remediation="Add artifacts with files; for several outputs one entry of secondary-artifacts each.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-pipeline-multi-input-output.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |  # <-
          version: 0.2
          phases: {build: {commands: [make]}}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              InputArtifacts: [{Name: Built}]
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [make]}}
          artifacts: {files: [out/**/*]}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              OutputArtifacts: [{Name: Built}]
        - Name: Deploy
          Actions:
            - Name: Deploy
              InputArtifacts: [{Name: Built}]
""",
)
def output_without_files(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """An output that nobody takes hurts nobody."""
    taken = {spelt(value): action for action in pipeline.actions for value in action.inputs}
    for action in pipeline.actions:
        for value in action.outputs:
            name = spelt(value)
            build = filled(pipeline, name, graph)
            if name in taken and build is not None and build.artifact is None:
                section = "secondary-artifacts" if len(action.outputs) > 1 else "artifacts"
                yield Finding(
                    build.buildspec.location,
                    f"{build.project.said} has nothing under {section} for artifact {name}, which "
                    f"{taken[name].said} takes",
                )
