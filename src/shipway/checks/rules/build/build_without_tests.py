"""BUILD007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_opaque, is_test
from shipway.model.pipeline import Pipeline
from shipway.model.project import Project
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_BUILDERS = frozenset({"Source", "Approval", "Deploy"})


@rule(
    id="BUILD007",
    name="build-without-tests",
    family=Family.BUILD,
    title="No build of the pipeline runs a test",
    severity=Severity.WARNING,
    subject=Pipeline,
    since="0.1",
    rationale="Whatever compiles is deployed. The first to notice a broken version are its users.",
    remediation="Run the tests in the build, before the image is pushed, and report them with `reports`.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases: {build: {commands: [docker build -t hello ., docker push hello]}}
  Release:  # <-
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
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
          phases: {build: {commands: [docker build -t hello ., docker run hello pytest, docker push hello]}}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
""",
)
def build_without_tests(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """Only when every build can be read; a script, or a Dockerfile, may hold the tests."""
    if not pipeline.complete:
        return
    projects = []
    for action in pipeline.actions:
        if known(action.category) in _BUILDERS:
            continue
        project = graph.project_of(action) if action.is_a("CodeBuild") else None
        if not isinstance(project, Project) or project.buildspec is None:
            return
        projects.append(project)
    steps = [
        step for project in projects if project.buildspec is not None for step in project.buildspec.steps
    ]
    if steps and not any(is_test(step) or is_opaque(step) for step in steps):
        yield Finding(
            pipeline.location,
            f"no command of {', '.join(dict.fromkeys(each.said for each in projects))} runs a test",
            Confidence.MEDIUM,
        )
