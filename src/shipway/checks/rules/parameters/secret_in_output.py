"""PARAM017."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM017",
    name="secret-in-output",
    family=Family.PARAMETERS,
    title="Output shows a secret",
    severity=Severity.ERROR,
    subject=Stack,
    since="0.1",
    rationale="Outputs are shown in plain text, also where a NoEcho parameter or a dynamic reference stands "
    "in them.",
    remediation="Output the name or the ARN of the secret, and not its value.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    bad="""
Parameters:
  Token: {Type: String, NoEcho: true}
Resources: {}
Outputs:
  Token:
    Value: !Ref Token  # <-
""",
    good="""
Resources:
  Token: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
Outputs:
  Token:
    Value: !Ref Token
""",
)
def secret_in_output(stack: Stack, _graph: PipelineGraph) -> Findings:
    """CloudFormation refuses a dynamic reference to a SecureString there; the others it resolves."""
    hidden = {each.name for each in stack.parameters if each.no_echo}
    for output in stack.outputs:
        text = text_of(output.value)
        shown = [
            each.name for each in text.tokens if each.kind is TokenKind.PARAMETER and each.name in hidden
        ]
        if shown:
            yield Finding(
                output.at("Value"), f"output {output.name} shows the NoEcho parameter {', '.join(shown)}"
            )
        elif "{{resolve:secretsmanager:" in str(text):
            yield Finding(output.at("Value"), f"output {output.name} shows the value of a secret, {text}")
