"""PARAM001."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import EnvironmentVariable
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_SECRET_NAME = re.compile(r"(?:\A|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\Z", re.IGNORECASE)


@rule(
    id="PARAM001",
    name="plaintext-secret",
    family=Family.PARAMETERS,
    title="Build variable holds a secret in plain text",
    severity=Severity.ERROR,
    subject=EnvironmentVariable,
    since="0.1",
    rationale="Everybody who may see the template, the project or a build sees the secret, and so does its "
    "history.",
    remediation="Put it into Parameter Store as a SecureString, or into Secrets Manager, and give the "
    "variable Type PARAMETER_STORE or SECRETS_MANAGER.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - Name: DOCKERHUB_PASSWORD
            Value: correct-horse  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - Name: DOCKERHUB_PASSWORD
            Type: PARAMETER_STORE
            Value: /hello/dockerhub/password
""",
)
def plaintext_secret(variable: EnvironmentVariable, _graph: PipelineGraph) -> Findings:
    """What is a secret can only be told by the variable's name."""
    name, value = known(variable.name) or "", variable.value
    if variable.type not in {None, Known("PLAINTEXT")} or not _SECRET_NAME.search(name):
        return
    if isinstance(value, Known) and value.value.strip():
        yield Finding(
            variable.at("Value"),
            f"variable {name} of {variable.logical_id} holds its value in plain text",
            Confidence.HIGH if value.origin is None else Confidence.MEDIUM,
        )
