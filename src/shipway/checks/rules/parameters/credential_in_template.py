"""PARAM003."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# How the issuers themselves mark what they issue.
_CREDENTIALS = {
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z0-9]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})"),
    "a token of GitLab": re.compile(r"\bglpat-[\w-]{20,}"),
    "a token of Slack": re.compile(r"\bxox[abeoprs]-[\w-]{10,}"),
    "a webhook of Slack": re.compile(r"https://hooks\.slack\.com/services/T\w{6,}/B\w{6,}/(?!X{8})\w{12,}"),
    "a token of Docker Hub": re.compile(r"\bdckr_pat_[\w-]{20,}"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a password in an address": re.compile(r"\b[a-z]+://[^\s/:@${}]+:(?![$*x<{])[^\s/:@${}]+@[\w.-]+\.\w"),
}
_CLUE = re.compile(r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|dckr_pat_|PRIVATE KEY|://")


@rule(
    id="PARAM003",
    name="credential-in-template",
    family=Family.PARAMETERS,
    title="Template holds a credential",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="Whoever may read the repository or the stack can use it, and it stays in the history of both.",
    remediation="Revoke it, put a new one into Secrets Manager or a SecureString, and name that.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - git clone https://robot:hunter2hunter2@git.example.org/hello.git  # <-
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
            secrets-manager: {TOKEN: hello/git:token}
          phases:
            build:
              commands:
                - git clone https://robot:$TOKEN@git.example.org/hello.git
""",
)
def credential_in_template(stack: Stack, graph: PipelineGraph) -> Findings:
    """Only what its issuer marks as a credential; what has no mark is told by its name, elsewhere."""
    for parameter in stack.parameters:
        for what in _found(parameter.default or ""):
            yield Finding(parameter.at("Default"), f"the default of parameter {parameter.name} is {what}")
    for resource in graph.resources:
        if resource.stack != stack.name:
            continue
        for location, value in resource.properties.walk():
            text = text_of(value)
            line = 0
            for literal in text.literals:
                for what, at in _found(literal).items():
                    inner = line + literal.count("\n", 0, at)
                    where = location.inside(inner) if inner else location
                    yield Finding(where, f"{resource.said} holds {what}", about=what)
                line += literal.count("\n")


def _found(literal: str) -> dict[str, int]:
    """What credentials a string holds, each with its place."""
    if not _CLUE.search(literal):
        return {}
    matches = {what: pattern.search(literal) for what, pattern in _CREDENTIALS.items()}
    return {what: match.start() for what, match in matches.items() if match is not None}
