"""BUILD005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_idle
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="BUILD005",
    name="echo-only-build",
    family=Family.BUILD,
    title="Build only says what it would do",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="A stage whose commands only echo cannot fail. The pipeline shows green tests that nobody ran.",
    remediation="Run the tests, or delete the project and its stage.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  Test:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |  # <-
          version: 0.2
          phases:
            install: {commands: [pip install pytest]}
            build: {commands: [echo Running unit tests..., echo All tests passed]}
""",
    good="""
Resources:
  Test:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            install: {commands: [pip install pytest]}
            build: {commands: [echo Running unit tests..., pytest]}
""",
)
def echo_only_build(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """Installing something that is never used is no more than talk."""
    if any(problem.fatal for problem in buildspec.spec.problems) or not buildspec.steps:
        return
    if all(is_idle(step) for step in buildspec.steps):
        yield Finding(
            buildspec.location, f"{buildspec.project} runs no command that does something: it can never fail"
        )
