"""BUILD001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD001",
    name="docker-without-privileged",
    family=Family.BUILD,
    title="Buildspec runs Docker, and the project is not privileged",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale='Without privileged mode there is no Docker daemon: `docker build` fails with "Cannot connect '
    'to the Docker daemon".',
    remediation="Set Environment.PrivilegedMode to true.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        PrivilegedMode: false  # <-
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker build -t hello .
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        PrivilegedMode: true
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker build -t hello .
""",
)
def docker_without_privileged(project: Project, _graph: PipelineGraph) -> Findings:
    """Only commands that need the daemon count."""
    where = project.at("Environment", "PrivilegedMode")
    if project.buildspec is None:
        return
    needs = [
        step
        for words in (
            ("docker", "build"),
            ("docker", "buildx", "build"),
            ("docker", "push"),
            ("docker", "run"),
        )
        for step in project.buildspec.runs(*words)
    ]
    if not needs:
        return
    match project.privileged:
        case None | Known(False):
            command = " ".join(needs[0].invocation.words[:3])
            yield Finding(where, f"{project.said} runs `{command}` without privileged mode")
        case Unresolved(reason):
            yield Undetermined(where, reason)
