"""BUILD010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import is_login, is_opaque, pushed_image, pushes
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Step

_HELPERS = ("credHelpers", "credsStore", "ecr-login", "docker-credential", ".docker/config.json")


@rule(
    id="BUILD010",
    name="push-without-login",
    family=Family.BUILD,
    title="Image is pushed before the build has logged in",
    severity=Severity.ERROR,
    subject=Buildspec,
    since="0.1",
    rationale="A registry takes a push only from who has logged in. Docker does not use the build's role by "
    'itself: the push ends with "no basic auth credentials".',
    remediation="In pre_build: aws ecr get-login-password | docker login --username AWS --password-stdin "
    "ACCOUNT.dkr.ecr.REGION.amazonaws.com.",
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
                - docker build -t $REPOSITORY:$TAG .
                - docker push $REPOSITORY:$TAG  # <-
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
                - aws ecr get-login-password | docker login --username AWS --password-stdin $REGISTRY
                - docker build -t $REPOSITORY:$TAG .
                - docker push $REPOSITORY:$TAG
""",
)
def push_without_login(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """The first push counts; a script before it may log in."""
    sent = [step for step in pushes(buildspec) if not _is_local(step)]
    if not sent or any(helper in buildspec.text for helper in _HELPERS):
        return
    first = buildspec.steps.index(sent[0])
    if any(is_login(step) for step in buildspec.steps[:first]):
        return
    if any(is_opaque(step) for step in buildspec.steps[:first]):
        yield Undetermined(sent[0].location, "a script that runs before the push may log in")
        return
    late = any(is_login(step) for step in buildspec.steps[first:])
    yield Finding(
        sent[0].location,
        f"{buildspec.project} pushes an image and {'logs in only afterwards' if late else 'never logs in'}",
    )


def _is_local(step: Step) -> bool:
    return (pushed_image(step) or "").startswith(("localhost", "127.0.0.1"))
