"""PARAM013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._commands import password_of_login
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM013",
    name="password-on-command-line",
    family=Family.PARAMETERS,
    title="Login has its password on the command line",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="Every process of the build sees the command line, `set -x` prints it, and a password with a "
    "quote or a dollar sign breaks the command.",
    remediation='Write `echo "$PASSWORD" | docker login --username "$USER" --password-stdin`.',
    source="https://docs.docker.com/reference/cli/docker/login/",
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
                - docker login -u hello -p $PASSWORD  # <-
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
                - echo "$PASSWORD" | docker login -u hello --password-stdin
""",
)
def password_on_command_line(buildspec: Buildspec, _graph: PipelineGraph) -> Findings:
    """A password that is written out is worse."""
    for step in buildspec.steps:
        password = password_of_login(step)
        if password is None:
            continue
        literal = bool(password) and "$" not in password and "`" not in password
        yield Finding(
            step.location,
            f"`{step.invocation.program} login` has its password "
            + ("written out on the command line" if literal else f"{password} on the command line"),
            severity=Severity.ERROR if literal else None,
        )
