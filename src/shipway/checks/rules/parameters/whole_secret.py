"""PARAM008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._references import fields_of, secret_references
from shipway.checks.rules.parameters._secrets import is_secret_name
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM008",
    name="whole-secret",
    family=Family.PARAMETERS,
    title="Whole JSON of a secret stands where one of its fields belongs",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale='A reference without a key is the whole string, `{"token": "..."}` with its braces. As a token '
    "or a password it is refused by whoever gets it.",
    remediation="Name the key: {{resolve:secretsmanager:ID:SecretString:token}}, in a build ID:token.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html",
    bad="""
Resources:
  GitHub:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {SecretStringTemplate: '{"user": "hello"}', GenerateStringKey: token}}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: !Sub "{{resolve:secretsmanager:${GitHub}}}"  # <-
""",
    good="""
Resources:
  GitHub:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {SecretStringTemplate: '{"user": "hello"}', GenerateStringKey: token}}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: !Sub "{{resolve:secretsmanager:${GitHub}:SecretString:token}}"
""",
)
def whole_secret(resource: Resource, graph: PipelineGraph) -> Findings:
    """A secret that no given template declares may be a plain string. A build may take the JSON apart."""
    for each in secret_references(resource, graph):
        if each.field or each.secret is None:
            continue
        fields = fields_of(each.secret)
        if not fields:
            continue
        whole = f"is the whole JSON of {each.secret.said}, with {', '.join(sorted(fields))} in it"
        if each.is_dynamic:
            yield Finding(each.location, f"{each.said} {whole}")
        elif is_secret_name(each.said.removeprefix("variable ")):
            yield Finding(
                each.location,
                f"{each.said} of {resource.said} {whole}",
                Confidence.LOW,
                severity=Severity.WARNING,
            )
