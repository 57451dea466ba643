"""PARAM009."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._references import fields_of, secret_references
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM009",
    name="missing-secret-key",
    family=Family.PARAMETERS,
    title="Reference names a field that the secret does not have",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="CloudFormation cannot resolve it and rolls the stack back; a build fails in DOWNLOAD_SOURCE.",
    remediation="Take the key from the secret's JSON.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html",
    bad="""
Resources:
  Database:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"user": "hello"}', GenerateStringKey: password}
  Data:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUsername: !Sub "{{resolve:secretsmanager:${Database}:SecretString:username}}"  # <-
""",
    good="""
Resources:
  Database:
    Type: AWS::SecretsManager::Secret
    Properties:
      GenerateSecretString: {SecretStringTemplate: '{"user": "hello"}', GenerateStringKey: password}
  Data:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUsername: !Sub "{{resolve:secretsmanager:${Database}:SecretString:user}}"
""",
)
def missing_secret_key(resource: Resource, graph: PipelineGraph) -> Findings:
    """A value that stands in the template may have been replaced since; its keys mostly stay."""
    for each in secret_references(resource, graph):
        if not each.field or "$" in each.field or each.secret is None:
            continue
        if any(other.cfn_type.endswith("SecretTargetAttachment") for other in graph.resources):
            continue  # it adds host, port and engine
        fields = fields_of(each.secret)
        if fields is not None and each.field not in fields:
            there = f"there is {', '.join(sorted(fields))}" if fields else "it is a plain string"
            yield Finding(
                each.location,
                f"{each.said} names field {each.field} of {each.secret.said}, which has none; {there}",
                Confidence.HIGH if each.secret.is_generated else Confidence.MEDIUM,
            )
