"""BUILD009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import builds, is_idle, pushes
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
    """A guard anywhere before the push will do; without a test that can fail there is little to guard."""
    if not _continues(buildspec.spec):
        return
    later = _may_fail_later(buildspec)
    pushing = frozenset(pushes(buildspec))
    for step in buildspec.steps:
        if step.phase is not PhaseName.POST_BUILD:
            continue
        if _GUARD in step.command.text:
            return
        if step in pushing:
            yield Finding(
                step.location,
                f"{buildspec.project} pushes in post_build, which runs after a failed build"
                + (f", such as one whose `{later}` failed" if later else ""),
                severity=None if later else Severity.INFO,
            )
            return


def _may_fail_later(buildspec: Buildspec) -> str:
    """A command of the build phase that can fail when the image is already there; empty without one."""
    steps = [step for step in buildspec.steps if step.phase is PhaseName.BUILD]
    building = frozenset(builds(buildspec))
    made = [index for index, step in enumerate(steps) if step in building]
    if not made:
        return ""
    for step in steps[made[0] + 1 :]:
        tags = step.invocation.words[:2] == ("docker", "tag")
        if not is_idle(step) and not tags and step not in building:
            return " ".join(step.invocation.words[:3])
    return ""


def _continues(spec: BuildSpec) -> bool:
    """Whether post_build runs after a build phase that failed: it does unless the phase aborts."""
    build = spec.phase(PhaseName.BUILD)
    if build is None or not build.commands:
        return False
    return build.on_failure is None or build.on_failure.action is FailureAction.CONTINUE
