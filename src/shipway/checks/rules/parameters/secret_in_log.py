"""PARAM012."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._commands import fetches_secret, secret_variables, shown_steps
from shipway.model.project import Buildspec

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_PRINTERS = frozenset({"echo", "printf"})
_DUMPS = frozenset({"env", "printenv", "export", "set", "declare"})


@rule(
    id="PARAM012",
    name="secret-in-log",
    family=Family.PARAMETERS,
    title="Command prints a secret to the build's log",
    severity=Severity.WARNING,
    subject=Buildspec,
    since="0.1",
    rationale="Whoever may read the log group reads the secret, as long as logs are kept. CodeBuild masks "
    "only what it fetched itself from Parameter Store or Secrets Manager, and only in that very spelling.",
    remediation="Pipe the value into the program that needs it (`--password-stdin`), and print its length at "
    "most.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          env:
            secrets-manager: {PASSWORD: hello/dockerhub:password}
          phases:
            pre_build:
              commands:
                - echo "the password is $PASSWORD"  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          env:
            secrets-manager: {PASSWORD: hello/dockerhub:password}
          phases:
            pre_build:
              commands:
                - echo "$PASSWORD" | docker login --username hello --password-stdin
""",
)
def secret_in_log(buildspec: Buildspec, graph: PipelineGraph) -> Findings:
    """What goes into a pipe, a file or a variable is not printed."""
    secrets = secret_variables(buildspec, graph)
    for step in shown_steps(buildspec):
        invocation = step.invocation
        printed = sorted(secrets & invocation.variables)
        if invocation.program in _PRINTERS and printed:
            yield Finding(
                step.location, f"`{invocation.program}` prints {', '.join(printed)} to the build's log"
            )
        elif fetches_secret(step):
            yield Finding(step.location, "`aws` prints the secret that it fetches to the build's log")
        elif invocation.program in _DUMPS and secrets and not _names_anything(invocation.arguments):
            yield Finding(
                step.location,
                f"`{invocation.program}` prints every variable to the build's log, {min(secrets)} among them",
                Confidence.MEDIUM,
            )


def _names_anything(arguments: tuple[str, ...]) -> bool:
    """Whether a command that dumps all variables does something else with these words."""
    return any(word != "-p" for word in arguments)
