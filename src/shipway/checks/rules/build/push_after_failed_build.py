"""BUILD009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.build import FailureAction, PhaseName
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.build import BuildSpec
    from shipway.model.graph import PipelineGraph

_GUARD = "CODEBUILD_BUILD_SUCCEEDING"


@rule(
    id="BUILD009",
    name="push-after-failed-build",
    family=Family.BUILD,
    title="Image is pushed even when the build failed",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="post_build runs after a failed build phase too. When tests fail there, the image that was "
    "built before them is pushed all the same, and a mutable tag now means a broken image.",
    remediation="Begin post_build with a test of $CODEBUILD_BUILD_SUCCEEDING, or set on-failure: ABORT on "
    "the build phase.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html",
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
                - docker build -t hello .
                - pytest
            post_build:
              commands:
                - docker push hello  # <-
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
                - pytest
            post_build:
              commands:
                - test "$CODEBUILD_BUILD_SUCCEEDING" = 1
                - docker push hello
""",
)
def push_after_failed_build(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """A guard anywhere before the push will do."""
    if not _continues(buildspec.spec):
        return
    for step in buildspec.steps:
        if step.phase is not PhaseName.POST_BUILD:
            continue
        if _GUARD in step.command.text:
            return
        if step in buildspec.runs("docker", "push"):
            yield Finding(
                step.location, f"{buildspec.project} pushes in post_build, which runs after a failed build"
            )


def _continues(spec: BuildSpec) -> bool:
    """Whether post_build runs after a build phase that failed: it does unless the phase aborts."""
    build = spec.phase(PhaseName.BUILD)
    if build is None or not build.commands:
        return False
    return build.on_failure is None or build.on_failure.action is FailureAction.CONTINUE
