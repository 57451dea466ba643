"""PARAM020."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.resource import Resource
from shipway.model.value import Unresolved, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# Types of which a property takes one; everywhere else CloudFormation refuses the template.
_TAKE_ONE = frozenset(
    {
        "AWS::DirectoryService::MicrosoftAD",
        "AWS::DirectoryService::SimpleAD",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::IAM::User",
        "AWS::KinesisFirehose::DeliveryStream",
        "AWS::OpsWorks::App",
        "AWS::OpsWorks::Stack",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)


@rule(
    id="PARAM020",
    name="secure-string-in-property",
    family=Family.PARAMETERS,
    title="SecureString is resolved where CloudFormation does not resolve one",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="CloudFormation resolves `ssm-secure` in the passwords of a few types only and refuses the "
    "template elsewhere.",
    remediation="Let the service read it: a build as a PARAMETER_STORE variable, a container under Secrets. "
    "Or keep it in Secrets Manager.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html",
    bad="""
Resources:
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: "{{resolve:ssm-secure:/hello/github/token:1}}"  # <-
""",
    good="""
Resources:
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: "{{resolve:secretsmanager:hello/github:SecretString:token}}"
""",
)
def secure_string_in_property(resource: Resource, _graph: PipelineGraph) -> Findings:
    """The list of types is the one of the guide."""
    if resource.cfn_type in _TAKE_ONE:
        return
    for location, value in resource.properties.walk():
        if isinstance(value, Unresolved) and "{{resolve:ssm-secure:" in str(text_of(value)):
            yield Finding(
                location,
                f"{resource.said} resolves a SecureString, which is not resolved in {resource.cfn_type}",
            )
