"""PARAM002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.secrets import StoredParameter
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM002",
    name="secure-string-in-template",
    family=Family.PARAMETERS,
    title="CloudFormation cannot make a SecureString",
    severity=Severity.ERROR,
    subject=StoredParameter,
    since="0.1",
    rationale="AWS::SSM::Parameter takes String and StringList; the stack fails.",
    remediation="Write the secret outside of the stack (`shipway credentials set`, or aws ssm put-parameter "
    "--type SecureString) and let the template name it.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html",
    bad="""
Resources:
  Password:
    Type: AWS::SSM::Parameter
    Properties:
      Type: SecureString  # <-
      Value: change-me
""",
    good="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: hello
""",
)
def secure_string_in_template(parameter: StoredParameter, _graph: PipelineGraph) -> Findings:
    """One word decides."""
    if parameter.type == Known("SecureString"):
        yield Finding(
            parameter.at("Type"), f"{parameter.said} is a SecureString, which CloudFormation cannot make"
        )
