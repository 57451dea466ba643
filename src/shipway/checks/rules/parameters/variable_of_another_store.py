"""PARAM011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.secrets import Secret, StoredParameter
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.text import Text
    from shipway.model.value import Value

_TYPES = ("PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER")


@rule(
    id="PARAM011",
    name="variable-of-another-store",
    family=Family.PARAMETERS,
    title="Build variable has the type of another store than its value",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale="CodeBuild asks the store that the type names. A secret is not found in Parameter Store, nor a "
    "parameter in Secrets Manager, and the build fails before its first command; with PLAINTEXT the "
    "commands get the path instead of the value.",
    remediation="PARAMETER_STORE takes the name of a parameter, SECRETS_MANAGER the name or ARN of a secret.",
    source="https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html",
    bad="""
Resources:
  Password: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: DOCKERHUB_PASSWORD, Type: PARAMETER_STORE, Value: !Ref Password}  # <-
""",
    good="""
Resources:
  Password: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: DOCKERHUB_PASSWORD, Type: SECRETS_MANAGER, Value: !Ref Password}
""",
)
def variable_of_another_store(project: Project, graph: PipelineGraph) -> Findings:
    """A plain variable with a path counts only when it is the name of a parameter that is given."""
    for name, kind, value, location in _variables(project):
        store = _store(value, graph)
        if kind not in _TYPES:
            yield Finding(
                location,
                f"variable {name} of {project.said} has the type {kind}; there is {', '.join(_TYPES)}",
            )
        elif store is not None and kind not in {"PLAINTEXT", store}:
            yield Finding(
                location,
                f"variable {name} of {project.said} is of type {kind}, and {text_of(value)} is in "
                f"{'Secrets Manager' if store == 'SECRETS_MANAGER' else 'Parameter Store'}",
            )
        elif store == "PARAMETER_STORE" and kind == "PLAINTEXT" and _is_path(value) and not _wants_name(name):
            yield Finding(
                location,
                f"variable {name} of {project.said} is the path {text_of(value)} and not the value that is "
                "stored there",
                Confidence.LOW,
                severity=Severity.WARNING,
            )


def _variables(project: Project) -> Iterator[tuple[str, str, Value[str], Location]]:
    for each in project.variables:
        kind = known(each.type) if each.type is not None else "PLAINTEXT"
        if kind is not None and each.value is not None:
            yield known(each.name) or "?", kind, each.value, each.at("Value")


def _store(value: Value[str], graph: PipelineGraph) -> str | None:
    """Where a value is known to be kept."""
    text = text_of(value)
    if isinstance(graph.find(value, Secret), Secret) or _is_arn(text, ":secretsmanager:"):
        return "SECRETS_MANAGER"
    if isinstance(graph.find(value, StoredParameter), StoredParameter) or _is_arn(text, ":ssm:"):
        return "PARAMETER_STORE"
    return None


def _is_path(value: Value[str]) -> bool:
    """Whether a value is written out as a path, and does not just refer to the parameter."""
    return isinstance(value, Known) and value.value.startswith("/")


def _is_arn(text: Text, service: str) -> bool:
    return str(text.parts[0] if text.parts else "").startswith("arn:") and service in text


def _wants_name(name: str) -> bool:
    """Whether a variable is there to hold a path: its commands fetch the value themselves."""
    return any(word in name.upper() for word in ("PATH", "NAME", "PARAM", "KEY", "ARN", "SSM", "PREFIX"))
