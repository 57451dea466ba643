"""BUILD012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import builds, pushes
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Step

_OUTPUTS = ("--push", "--load", "--output", "-o", "--cache-to", "--target", "--call", "--check", "--print")


@rule(
    id="BUILD012",
    name="dropped-buildx-result",
    family=Family.BUILD,
    title="Result of docker buildx stays in the builder",
    severity=Severity.ERROR,
    subject=Buildspec,
    since="0.1",
    rationale="A builder that `docker buildx create` makes keeps the result in its own cache. Without "
    "--push or "
    "--load there is no image to tag or push afterwards.",
    remediation="Add --push, or --load for an image of a single platform.",
    source="https://docs.docker.com/build/builders/drivers/docker-container/",
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
                - docker buildx create --use
                - docker buildx build -t $REPOSITORY:$TAG .  # <-
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
                - docker buildx create --use
                - docker buildx build --push -t $REPOSITORY:$TAG .
""",
)
def dropped_buildx_result(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """The builder of Docker itself loads what it builds, so another must have been made."""
    if not any(_makes_builder(step) for step in buildspec.steps):
        return
    for step in builds(buildspec):
        words = step.invocation.words
        if words[1:2] != ("buildx",) or step in pushes(buildspec):
            continue
        if not any(word.partition("=")[0] in _OUTPUTS for word in words):
            yield Finding(
                step.location,
                f"{buildspec.project} builds with buildx and neither pushes nor loads the image",
            )


def _makes_builder(step: Step) -> bool:
    words = step.invocation.words
    makes = words[:3] == ("docker", "buildx", "create") and "--use" in words
    return makes and step.invocation.option("--driver") != "docker"
