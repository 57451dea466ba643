"""PARAM021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import SECRET_PROPERTIES, takes_passwords
from shipway.model.resource import Resource
from shipway.model.secrets import Secret, StoredParameter
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM021",
    name="secret-arn-for-its-value",
    family=Family.PARAMETERS,
    title="Name or ARN of a secret stands where its value belongs",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="!Ref of a secret is its ARN, !Ref of a parameter its name. The service takes that string for "
    "the password or the token: logins fail, and the ARN, which many may know, opens the door.",
    remediation='Resolve it: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:key}}".',
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html",
    bad="""
Resources:
  Token: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: !Ref Token  # <-
""",
    good="""
Resources:
  Token: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: !Sub "{{resolve:secretsmanager:${Token}}}"
""",
)
def secret_arn_for_its_value(resource: Resource, graph: PipelineGraph) -> Findings:
    """In a variable it may well be meant: the program asks Secrets Manager for it."""
    if not takes_passwords(resource):
        return
    references = resource.properties.references()
    if not any(each.logical_id in references for each in (*graph.all(Secret), *graph.all(StoredParameter))):
        return
    for location, value in resource.properties.walk():
        token = text_of(value).sole
        if location.path[-1] not in SECRET_PROPERTIES or "Variables" in location.path or token is None:
            continue
        if token.kind is not TokenKind.RESOURCE or token.attribute == "Value":
            continue
        for kind in (Secret, StoredParameter):
            found = graph.one(token.name, kind)
            if found is not None and found.stack == token.stack:
                yield Finding(
                    location,
                    f"{location.path[-1]} of {resource.said} is the "
                    f"{'ARN' if kind is Secret else 'name'} of {found.said}, and not its value",
                )
