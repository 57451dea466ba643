"""BUILD011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import builds, is_opaque, program, pushes
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_TAKES_ELSEWHERE = ("ECR", "ECRBuildAndPublish", "Commands", "Jenkins")


@rule(
    id="BUILD011",
    name="image-never-pushed",
    family=Family.BUILD,
    title="Image is built and never pushed",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="The build's machine is thrown away with the image on it. The deployment then names an "
    "image that "
    "no registry has, or goes on with an old one.",
    remediation="Push the image after the tests: docker push, or docker buildx build --push.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html",
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
              commands:
                - docker build -t hello .  # <-
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
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
              commands:
                - docker build -t hello .
                - docker push hello
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
        - Name: Deploy
          Actions:
            - Name: Deploy
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
""",
)
def image_never_pushed(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """Only a pipeline that deploys containers, whose every build can be read and runs no script."""
    if not pipeline.complete or any(action.is_a(*_TAKES_ELSEWHERE) for action in pipeline.actions):
        return
    if not any(action.is_a("ECS", "CodeDeployToECS") for action in pipeline.actions):
        return
    made = []
    for action in pipeline.actions:
        if not action.is_a("CodeBuild"):
            continue
        project = graph.project_of(action)
        if not isinstance(project, Project) or project.buildspec is None:
            return
        spec = project.buildspec
        saves = any(program(step) == "docker" and "save" in step.invocation.words for step in spec.steps)
        if pushes(spec) or saves or any(is_opaque(step) for step in spec.steps):
            return
        made += [(project, step) for step in builds(spec)[:1]]
    for project, step in made:
        yield Finding(
            step.location, f"{project.said} builds an image, and no build of {pipeline.said} pushes one"
        )
