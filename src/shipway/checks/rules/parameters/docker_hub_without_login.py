"""PARAM014."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._commands import is_on_docker_hub, logs_in_to_docker_hub
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.project import Step

_FROM = re.compile(r"^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE | re.MULTILINE)
_HELPERS = ("credHelpers", "config.json", "registry-mirrors", "pull-through", "docker-hub")


@rule(
    id="PARAM014",
    name="docker-hub-without-login",
    family=Family.PARAMETERS,
    title="Build pulls from Docker Hub without logging in",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="Docker Hub counts anonymous pulls by address, and builds share theirs with everybody else's: "
    "sooner or later one fails with toomanyrequests.",
    remediation="Log in with a user and a token from Parameter Store or Secrets Manager, or take the image "
    "from public.ecr.aws/docker/library or by a pull-through cache.",
    source="https://docs.docker.com/docker-hub/usage/",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            pre_build:
              commands:
                - docker pull python:3.12  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            pre_build:
              commands:
                - docker pull public.ecr.aws/docker/library/python:3.12
""",
)
def docker_hub_without_login(buildspec: Buildspec, graph: PipelineGraph) -> Findings:
    """Images that commands pull, those of a Dockerfile in the commands, and of one in the source."""
    if any(logs_in_to_docker_hub(step) for step in buildspec.steps):
        return
    if any(word in buildspec.text for word in _HELPERS):
        return
    for image, location in _pulled(buildspec, graph):
        yield Finding(
            location, f"{image} comes from Docker Hub, and the build does not log in there", Confidence.MEDIUM
        )
        return


def _pulled(buildspec: Buildspec, graph: PipelineGraph) -> Iterator[tuple[str, Location]]:
    for step in buildspec.steps:
        yield from ((image, step.location) for image in _pulled_by(step))
    builds = (*buildspec.runs("docker", "build"), *buildspec.runs("docker", "buildx", "build"))
    if not builds or graph.sources is None:
        return
    for path in graph.sources.files("Dockerfile"):
        for image in _base_images(graph.sources.read(path) or ""):
            yield f"{image} of {path}", buildspec.location


def _pulled_by(step: Step) -> Iterator[str]:
    invocation = step.invocation
    if invocation.stdin and any(path.endswith("Dockerfile") for path in invocation.writes_to):
        yield from _base_images(invocation.stdin)
    if invocation.program == "docker" and invocation.arguments[:1] == ("pull",):
        yield from filter(is_on_docker_hub, invocation.arguments[1:])


def _base_images(dockerfile: str) -> Iterator[str]:
    """The images of a Dockerfile that come from Docker Hub; its own stages do not."""
    stages: set[str] = set()
    for match in _FROM.finditer(dockerfile):
        if match[1].lower() not in stages and is_on_docker_hub(match[1]):
            yield match[1]
        if match[2]:
            stages.add(match[2].lower())
