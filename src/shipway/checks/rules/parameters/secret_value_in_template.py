"""PARAM006."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import is_placeholder, is_pointer, is_secret_name
from shipway.model.secrets import Secret
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM006",
    name="secret-value-in-template",
    family=Family.PARAMETERS,
    title="Value of a secret stands in the template",
    severity=Severity.ERROR,
    subject=Secret,
    since="0.1",
    rationale="What is in the template is no secret. A placeholder is none either: what reads it before "
    "somebody replaces it takes the placeholder, and the next change of the property puts it back.",
    remediation="Let GenerateSecretString make it, pass it as a NoEcho parameter, or create the secret "
    "outside of the stack.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html",
    bad="""
Resources:
  Database:
    Type: AWS::SecretsManager::Secret
    Properties:
      SecretString: '{"username": "hello", "password": "correct-horse"}'  # <-
""",
    good="""
Resources:
  Database:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString:
        SecretStringTemplate: '{"username": "hello"}'
        GenerateStringKey: password
""",
)
def secret_value_in_template(secret: Secret, _graph: PipelineGraph) -> Findings:
    """Of a JSON object only the fields count that are called as secrets are."""
    if not isinstance(secret.value, Known) or secret.value.assumes or not secret.value.value.strip():
        return
    values = _values(secret.value.value)
    real = [key for key, value in values.items() if not is_pointer(value) and not is_placeholder(value)]
    if not values:
        return
    field = f"field {real[0]}" if real and real[0] else "the value"
    yield Finding(
        secret.at("SecretString"),
        f"{field} of {secret.said} stands in the template"
        if real
        else f"{secret.said} holds a placeholder until somebody replaces it",
        Confidence.HIGH if real else Confidence.MEDIUM,
        severity=None if real else Severity.WARNING,
    )


def _values(text: str) -> dict[str, str]:
    """The secret fields of an object, or the whole string under no name."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {"": text}
    if not isinstance(parsed, dict):
        return {"": text}
    return {key: value for key, value in parsed.items() if isinstance(value, str) and is_secret_name(key)}
