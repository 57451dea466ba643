"""PARAM015."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.declarations import Stack
from shipway.model.name_limits import LIMITS
from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.declarations import Parameter
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource

_LENGTHS = {"AWS::AccountId": 12, "AWS::Region": len("us-east-1"), "AWS::StackName": 1, "AWS::Partition": 3}
_CAPITALS = ("A", "MyApp", "My-App", "MYAPP", "Dev")


class _Name(NamedTuple):
    """A name that a parameter is a part of."""

    resource: Resource
    text: Text
    room: int
    """How many characters are left for the parameter; may be negative."""


@rule(
    id="PARAM015",
    name="parameter-wider-than-name",
    family=Family.PARAMETERS,
    title="Parameter admits values that a name refuses",
    severity=Severity.WARNING,
    subject=Stack,
    since="0.1",
    rationale="The parameter checks its value, and lets through what a resource cannot be called: the stack "
    "is rolled back minutes later, when that resource's turn comes.",
    remediation="Let MaxLength and AllowedPattern of the parameter admit what the narrowest name takes.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
    bad="""
Parameters:
  Service: {Type: String, Default: hello, MaxLength: 40}
  Owner: {Type: String, Default: team, AllowedPattern: "^[A-Za-z]+$"}
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: !Sub "${Service}-blue"  # <-
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: !Ref Owner  # <-
""",
    good="""
Parameters:
  Service: {Type: String, Default: hello, MaxLength: 27}
  Owner: {Type: String, Default: team, AllowedPattern: "^[a-z]+$"}
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      Name: !Sub "${Service}-blue"
  Images:
    Type: AWS::ECR::Repository
    Properties:
      RepositoryName: !Ref Owner
""",
)
def parameter_wider_than_name(stack: Stack, graph: PipelineGraph) -> Findings:
    """Only parameters that check something: of the others nobody claims that they fit."""
    for parameter in stack.parameters:
        if parameter.allowed_values or not (parameter.allowed_pattern or parameter.maximum_length):
            continue
        names = sorted(_names(parameter, stack, graph), key=lambda name: name.room)
        if parameter.maximum_length is not None and names and parameter.maximum_length > names[0].room:
            tightest = names[0]
            yield Finding(
                tightest.resource.at(tightest.resource.name_property),
                f"parameter {parameter.name} may have {parameter.maximum_length} characters, and "
                f"{tightest.text} of {tightest.resource.said} leaves room for {max(tightest.room, 0)}",
                about=parameter.name,
            )
        if parameter.allowed_pattern and _admits_capitals(parameter):
            for name in names:
                if not LIMITS[name.resource.cfn_type].takes_capitals:
                    yield Finding(
                        name.resource.at(name.resource.name_property),
                        f"parameter {parameter.name} admits capitals ({parameter.allowed_pattern}), and the "
                        f"name {name.text} of {name.resource.said} takes none",
                        Confidence.HIGH,
                        about=f"{parameter.name} capitals",
                    )


def _names(parameter: Parameter, stack: Stack, graph: PipelineGraph) -> Iterator[_Name]:
    for resource in graph.resources:
        limit = LIMITS.get(resource.cfn_type)
        text = text_of(resource.name)
        times = sum(_is(part, parameter) for part in text.parts)
        if resource.stack == stack.name and limit is not None and times:
            yield _Name(resource, text, (limit.longest - _rest(text, parameter)) // times)


def _is(part: str | Token, parameter: Parameter) -> bool:
    return isinstance(part, Token) and part.kind is TokenKind.PARAMETER and part.name == parameter.name


def _rest(text: Text, parameter: Parameter) -> int:
    """The least that everything else in a name takes."""
    others = Text.of(part for part in text.parts if not _is(part, parameter)).filled()
    return sum(len(part) if isinstance(part, str) else _LENGTHS.get(part.name, 0) for part in others.parts)


def _admits_capitals(parameter: Parameter) -> bool:
    try:
        pattern = re.compile(parameter.allowed_pattern)
    except re.error:
        return False  # Java's syntax, which CloudFormation takes, has more than Python's
    samples = (*_CAPITALS, (parameter.default or "").upper(), (parameter.default or "").capitalize())
    return any(sample != sample.lower() and pattern.fullmatch(sample) for sample in samples)
