"""ENV002."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import (
    SEGMENT,
    WORDS,
    environment_parameters,
    named_resources,
    values_of,
)
from shipway.model.declarations import Stack
from shipway.model.text import Text
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource

_SHORTEST = 6  # characters of a name that stand elsewhere by no accident
_SHOWN = 3
_TAGS = frozenset({"environment", "env", "stage"})


@rule(
    id="ENV002",
    name="hard-coded-environment",
    family=Family.ENVIRONMENT_SUFFIX,
    title="One environment is written out where a parameter tells them apart",
    severity=Severity.WARNING,
    subject=Stack,
    since="0.1",
    rationale="In every other environment the text still means the resources of that one: production then "
    "runs with the roles, images or log groups of dev, or fails because they are not there.",
    remediation="Put the parameter in its place: `${EnvironmentSuffix}` with !Sub, in a buildspec as an "
    "environment variable of the project.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html",
    bad="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: dev}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Sub "hello-task-${EnvironmentSuffix}"}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - sed -i s/ROLE/hello-task-dev/ taskdef.json  # <-
""",
    good="""
Parameters:
  EnvironmentSuffix: {Type: String, Default: dev}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Sub "hello-task-${EnvironmentSuffix}"}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables: [{Name: ROLE, Value: !Ref Role}]
      Source:
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - sed -i "s/ROLE/$ROLE/" taskdef.json
""",
)
def hard_coded_environment(stack: Stack, graph: PipelineGraph) -> Findings:
    """A name as it is spelt in one environment, in a text that is the same in all of them."""
    parameters = environment_parameters(stack)
    words = {value for each in parameters for value in values_of(each)}
    if not words:
        return
    spelt = _spelt(stack, graph)
    for resource in graph.resources:
        if resource.stack != stack.name:
            continue
        yield from _in_name(resource, words & WORDS)
        own = resource.at(resource.name_property).path
        for location, value in resource.properties.walk():
            text = text_of(value)
            found = _found(text, spelt)
            if location.path[-3:-2] == ("Tags",):
                yield from _in_tag(resource, location, text, words & WORDS)
            if not found or location.path == own:
                continue
            names = sorted(found)
            line = _line(text, found[names[0]], names[0])
            others = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            said = next(names_of[names[0]] for names_of in spelt.values() if names[0] in names_of)
            yield Finding(
                location.inside(line) if line else location,
                f"{resource.said} names {', '.join(names[:_SHOWN])}{others}: so {said} is called "
                "in one environment only",
                Confidence.MEDIUM,
            )


def _spelt(stack: Stack, graph: PipelineGraph) -> dict[str, dict[str, str]]:
    """Environment -> the names that hang on it, as they are spelt there, each with its resource."""
    found: dict[str, dict[str, str]] = {}
    values = {each.name: values_of(each) for each in environment_parameters(stack)}
    for resource in named_resources(stack, graph):
        text = text_of(resource.name)
        for token in text.tokens:
            for value in values.get(token.name, ()):
                filled = Text.of(value if part == token else part for part in text.parts).filled().literal
                if filled is not None and len(filled) >= _SHORTEST and value in filled:
                    found.setdefault(value, {})[filled.removeprefix("alias/")] = resource.logical_id
    return found


def _found(text: Text, spelt: dict[str, dict[str, str]]) -> dict[str, int]:
    """The names that stand in a text as words of their own, each with the index of its part."""
    return {
        name: index
        for index, literal in enumerate(text.parts)
        if isinstance(literal, str)
        for value, names in spelt.items()
        if value in literal
        for name in names
        if name in literal and re.search(rf"(?<![\w$-]){re.escape(name)}(?![\w-])", literal)
    }


def _line(text: Text, index: int, name: str) -> int:
    before = "".join(part for part in text.parts[:index] if isinstance(part, str))
    literal = str(text.parts[index])
    return before.count("\n") + literal.count("\n", 0, literal.index(name))


def _in_name(resource: Resource, words: set[str]) -> Findings:
    text = text_of(resource.name)
    literal = text.literal
    if literal is None:
        return
    held = words.intersection(SEGMENT.findall(literal))
    if held and not any(word in resource.logical_id.lower() for word in held):
        yield Finding(
            resource.at(resource.name_property),
            f"name {literal} of {resource.said} says {', '.join(sorted(held))} in every environment",
        )


def _in_tag(resource: Resource, location: Location, text: Text, words: set[str]) -> Findings:
    if location.path[-1] != "Value" or text.literal is None or text.literal.lower() not in words:
        return
    key = known(resource.properties.text("Tags", location.path[-2], "Key"))
    if key is not None and key.lower() in _TAGS:
        yield Finding(location, f"tag {key} of {resource.said} is {text.literal} in every environment")
