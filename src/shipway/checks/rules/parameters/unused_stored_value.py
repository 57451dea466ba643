"""PARAM016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.graph import PipelineGraph
from shipway.model.secrets import Secret, StoredParameter
from shipway.model.text import Text, TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.resource import Resource

# What only grants access to a value, or keeps it fresh, does not use it.
_BYSTANDERS = ("AWS::IAM::", "AWS::KMS::", "AWS::SecretsManager::")


@rule(
    id="PARAM016",
    name="unused-stored-value",
    family=Family.PARAMETERS,
    title="Nobody reads the parameter or the secret",
    severity=Severity.INFO,
    subject=PipelineGraph,
    since="0.1",
    rationale="Whoever should read it reads something else, or has the value written out; a change here then "
    "has no effect.",
    remediation="Name it where the value is needed: as a variable of the build, among the secrets of a "
    "container, in a dynamic reference. Or delete it.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /hello/dockerhub/username  # <-
      Type: String
      Value: hello
""",
    good="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties:
      Name: /hello/dockerhub/username
      Type: String
      Value: hello
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables: [{Name: USER, Type: PARAMETER_STORE, Value: !Ref User}]
""",
)
def unused_stored_value(graph: PipelineGraph, _graph: PipelineGraph) -> Findings:
    """A program may read it without any template saying so, so this is a guess. An export is a use."""
    stored = [each for each in graph.resources if isinstance(each, (StoredParameter, Secret))]
    if not stored:
        return
    texts = list(_texts(graph))
    for each in stored:
        name = text_of(each.name)
        if not any(_refers(text, each) for text in texts) and not (
            name.parts and any(_names(text, str(name.filled())) for text in texts)
        ):
            yield Finding(
                each.at(each.name_property) if each.name is not None else each.location,
                f"nothing in the given templates reads {each.said}{f' ({name})' if name.parts else ''}",
                Confidence.LOW,
            )


def _texts(graph: PipelineGraph) -> Iterator[Text]:
    for resource in graph.resources:
        if resource.cfn_type.startswith(_BYSTANDERS):
            continue
        if isinstance(resource, StoredParameter):
            continue
        for _, value in resource.properties.walk():
            yield text_of(value)
    for stack in graph.stacks:
        for output in stack.outputs:
            yield text_of(output.value)
        for parameter in stack.parameters:
            if parameter.default:
                yield Text.of((parameter.default,))


def _refers(text: Text, stored: Resource) -> bool:
    return any(
        token.kind is TokenKind.RESOURCE and (token.stack, token.name) == (stored.stack, stored.logical_id)
        for token in text.tokens
    )


def _names(text: Text, name: str) -> bool:
    """Whether a text holds the name, or the path above it."""
    if any(token.kind is TokenKind.DYNAMIC and name in token.name for token in text.tokens):
        return True
    parent = name.rpartition("/")[0]
    said = str(text.filled())
    return name in said or (len(parent) > 1 and f"{parent}/*" in said) or said == parent
