"""BUILD019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._handover import filled, spelt
from shipway.model.pipeline import Action

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_EVERYTHING = frozenset({"**/*", "**", "./**/*"})


@rule(
    id="BUILD019",
    name="oversized-deployment-artifact",
    family=Family.BUILD,
    title="Deployment is given the whole source tree",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="CodeDeployToECS refuses an input artifact of more than 3 MB. A build that hands on all "
    "its files "
    "works until somebody commits a picture, or installs a dependency.",
    remediation="List imageDetail.json, taskdef.json and appspec.yaml, and nothing else.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [pytest]}}
          artifacts:  # <-
            files: ["**/*"]
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
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
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
          phases: {build: {commands: [pytest]}}
          artifacts:
            files: [imageDetail.json, taskdef.json, appspec.yaml]
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
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeployToECS, Version: "1"}
              InputArtifacts: [{Name: Built}]
""",
)
def oversized_deployment_artifact(action: Action, graph: PipelineGraph) -> Findings:
    """How large the tree is cannot be seen: a base directory keeps it small."""
    pipeline = graph.pipeline_of(action)
    if pipeline is None or not action.is_a("CodeDeployToECS"):
        return
    for value in action.inputs:
        build = filled(pipeline, spelt(value), graph)
        artifact = build.artifact if build is not None else None
        if build is None or artifact is None or artifact.base_directory or artifact.exclude_paths:
            continue
        if _EVERYTHING.intersection(artifact.files):
            yield Finding(
                build.buildspec.at_line(artifact.line),
                f"{build.project.said} puts all files into artifact {spelt(value)}, and {action.said} "
                "takes 3 MB",
                Confidence.MEDIUM,
            )
