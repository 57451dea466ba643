"""PARAM007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import is_placeholder, is_pointer, is_secret_name
from shipway.model.secrets import StoredParameter
from shipway.model.text import TokenKind
from shipway.model.value import Cause, Known, Unresolved, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM007",
    name="secret-in-plain-parameter",
    family=Family.PARAMETERS,
    title="Secret is stored as a plain String",
    severity=Severity.ERROR,
    subject=StoredParameter,
    since="0.1",
    rationale="A String is stored and shown in plain text, in Parameter Store as in the template, and "
    "whoever puts the real value there later leaves it in plain text, too.",
    remediation="Write a SecureString outside of the stack (`aws ssm put-parameter --type SecureString`), or "
    "use AWS::SecretsManager::Secret.",
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-securestring.html",
    bad="""
Resources:
  Password:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /hello/dev/dockerhub/password
      Type: String
      Value: correct-horse  # <-
""",
    good="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /hello/dev/dockerhub/username
      Type: String
      Value: hello
""",
)
def secret_in_plain_parameter(parameter: StoredParameter, _graph: PipelineGraph) -> Findings:
    """What is a secret can only be told by the end of the parameter's path."""
    if known(parameter.type) == "SecureString":
        return
    literals = text_of(parameter.name).after("/").literals
    if not (is_secret_name("".join(literals)) if literals else is_secret_name(parameter.logical_id)):
        return
    value = parameter.value
    if isinstance(value, Known) and not is_pointer(value.value):
        placeholder = is_placeholder(value.value)
        yield Finding(
            parameter.at("Value"),
            f"{parameter.said} ({text_of(parameter.name)}) holds "
            f"{'a placeholder for a secret' if placeholder else 'a secret'} as a plain String",
            Confidence.MEDIUM if value.assumes or placeholder else Confidence.HIGH,
            severity=Severity.WARNING if placeholder else None,
        )
    elif isinstance(value, Unresolved) and value.cause is Cause.PARAMETER:
        names = [each.name for each in text_of(value).tokens if each.kind is TokenKind.PARAMETER]
        yield Finding(
            parameter.at("Value"),
            f"{parameter.said} stores parameter {', '.join(names) or '?'}, a secret, as a plain String",
            Confidence.MEDIUM,
            severity=Severity.WARNING,
        )
