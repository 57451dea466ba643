"""BUILD024."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Images that bring version 2 of the AWS CLI.
_VERSION_2 = re.compile(
    r"aws/codebuild/(?:standard:[5-9]|amazonlinux2-(?:x86_64|aarch64)-standard:[3-9]|amazonlinux-)"
)


@rule(
    id="BUILD024",
    name="removed-get-login",
    family=Family.BUILD,
    title="Command aws ecr get-login no longer exists",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale="Version 2 of the AWS CLI, which the current build images have, has no `aws ecr "
    "get-login`: the "
    "command fails, and with it every push after it.",
    remediation="aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY.",
    source="https://docs.aws.amazon.com/cli/latest/userguide/cliv2-migration-changes.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Image: "aws/codebuild/standard:7.0"}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            pre_build:
              commands:
                - $(aws ecr get-login --no-include-email)  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment: {Image: "aws/codebuild/standard:7.0"}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            pre_build:
              commands:
                - aws ecr get-login-password | docker login --username AWS --password-stdin $REGISTRY
""",
)
def removed_get_login(project: Project, _graph: PipelineGraph) -> Findings:
    """An image of another kind may still have version 1."""
    sure = _VERSION_2.match(known(project.image) or "") is not None
    for step in project.buildspec.runs("aws", "ecr", "get-login") if project.buildspec is not None else ():
        yield Finding(
            step.location,
            f"{project.said} runs `aws ecr get-login`, which version 2 of the AWS CLI does not have",
            Confidence.HIGH if sure else Confidence.MEDIUM,
            severity=None if sure else Severity.WARNING,
        )
