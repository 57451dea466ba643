"""BUILD015."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._handover import Held, filled, holds, producer_of, spelt
from shipway.model.pipeline import Action
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD015",
    name="missing-image-definitions",
    family=Family.BUILD,
    title="Build gives the ECS action no image definitions file",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="The ECS action reads container names and images from imagedefinitions.json, or from "
    "the file that "
    "FileName says, in its input artifact. Without the file it fails at each execution.",
    remediation='Write [{"name": "CONTAINER", "imageUri": "IMAGE"}] to the file and list it under artifacts.',
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands: ["printf '[]' > imagedefinitions.json"]
          artifacts:  # <-
            files: [image-definitions.json]
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
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {ClusterName: hello, ServiceName: hello}
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
          phases:
            build:
              commands: ["printf '[]' > imagedefinitions.json"]
          artifacts:
            files: [imagedefinitions.json]
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
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
              Configuration: {ClusterName: hello, ServiceName: hello}
""",
)
def missing_image_definitions(action: Action, graph: PipelineGraph) -> Findings:
    """An ECR source brings the file with it; a source repository may hold it."""
    pipeline = graph.pipeline_of(action)
    named = action.configuration.get("FileName")
    if pipeline is None or not action.is_a("ECS") or not action.configuration_seen:
        return
    file = "imagedefinitions.json" if named is None else spelt(named)
    for value in action.inputs:
        name = spelt(value)
        producer = producer_of(pipeline, name)
        if not isinstance(value, Known) or producer is None or not producer.is_a("CodeBuild"):
            continue
        build = filled(pipeline, name, graph)
        if build is None:
            yield Undetermined(action.at("InputArtifacts"), f"what fills artifact {name} cannot be seen")
        elif build.artifact is not None and holds(pipeline, name, file, graph) is Held.NO:
            yield Finding(
                build.buildspec.at_line(build.artifact.line),
                f"{build.project.said} puts no {file} into artifact {name}, which {action.said} of "
                f"{pipeline.said} reads",
            )
