"""PARAM001."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.parameters._secrets import (
    is_placeholder,
    is_pointer,
    is_secret_name,
    plain_variables,
)
from shipway.model.project import Project
from shipway.model.resource import Resource
from shipway.model.text import TokenKind
from shipway.model.value import Cause, Known, Unresolved, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PARAM001",
    name="plaintext-secret",
    family=Family.PARAMETERS,
    title="Environment variable holds a secret in plain text",
    severity=Severity.ERROR,
    subject=Resource,
    since="0.1",
    rationale="Everybody who may see the template, the project, the function or the task definition sees the "
    "secret, and so does its history. A NoEcho parameter or a dynamic reference hides it in the "
    "template only.",
    remediation="Put it into Parameter Store as a SecureString, or into Secrets Manager. A build project "
    "takes it as a variable of Type PARAMETER_STORE or SECRETS_MANAGER, a container under Secrets; a "
    "function reads it when it runs.",
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
def plaintext_secret(resource: Resource, graph: PipelineGraph) -> Findings:
    """What is a secret can only be told by the variable's name."""
    hidden = {
        (stack.name, parameter.name)
        for stack in graph.stacks
        for parameter in stack.parameters
        if parameter.no_echo
    }
    for name, value, location in plain_variables(resource):
        if not is_secret_name(name):
            continue
        said = f"variable {name} of {resource.said}"
        match value:
            case Known(text) if is_pointer(text):
                continue
            case Known(text) if is_placeholder(text):
                yield Finding(
                    location,
                    f"{said} has the placeholder {text!r} where a secret belongs",
                    Confidence.MEDIUM,
                    severity=Severity.WARNING,
                )
            case Known():
                yield Finding(
                    location,
                    f"{said} holds its value in plain text",
                    Confidence.MEDIUM if value.assumes else Confidence.HIGH,
                )
            case Unresolved(cause=Cause.PARAMETER):
                tokens = [each for each in text_of(value).tokens if each.kind is TokenKind.PARAMETER]
                secret = any((each.stack, each.name) in hidden for each in tokens)
                yield Finding(
                    location,
                    f"{said} shows parameter {tokens[0].name if tokens else '?'} in plain text",
                    Confidence.HIGH if secret else Confidence.MEDIUM,
                    severity=None if secret else Severity.WARNING,
                )
            case _ if _is_read_at_deployment(str(text_of(value))):
                yield Finding(
                    location,
                    f"{said} is read when the stack is deployed, and stands there in plain text",
                    severity=Severity.WARNING,
                )
    if isinstance(resource, Project):
        yield from _in_buildspec(resource)


def _is_read_at_deployment(text: str) -> bool:
    return "{{resolve:secretsmanager:" in text or "{{resolve:ssm-secure:" in text


def _in_buildspec(project: Project) -> Findings:
    if project.buildspec is None:
        return
    for name, value, line in (
        (each.name, each.value, each.line) for each in project.buildspec.spec.env.variables
    ):
        if is_secret_name(name) and not is_pointer(value) and "${" not in value:
            placeholder = is_placeholder(value)
            yield Finding(
                project.buildspec.at_line(line),
                f"variable {name} of the buildspec of {project.said} "
                + ("has a placeholder for a secret" if placeholder else "holds its value in plain text"),
                severity=Severity.WARNING if placeholder else None,
                about=name,
            )
