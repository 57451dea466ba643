"""PARAM019."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import is_told_apart, mark_of
from shipway.model.declarations import Stack
from shipway.model.project import EnvironmentVariable, Project
from shipway.model.service import Container
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.value import Value

_STORES = frozenset({"PARAMETER_STORE", "SECRETS_MANAGER"})


@rule(
    id="PARAM019",
    name="path-without-environment",
    family=Family.PARAMETERS,
    title="All environments read the same secret",
    severity=Severity.INFO,
    subject=Stack,
    since="0.1",
    rationale="Names of the stack tell environments apart, and this path does not: dev reads the credentials "
    "of production, and nobody can change one without the other.",
    remediation="Put the environment into the path: /hello/${Environment}/dockerhub/password.",
    source="https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html",
    bad="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-alerts-${Environment}"}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: !Sub "hello-${Environment}"
      Environment:
        EnvironmentVariables:
          - {Name: PASSWORD, Type: PARAMETER_STORE, Value: /hello/database/password}  # <-
""",
    good="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  Alerts: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-alerts-${Environment}"}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: !Sub "hello-${Environment}"
      Environment:
        EnvironmentVariables:
          - {Name: PASSWORD, Type: PARAMETER_STORE, Value: !Sub "/hello/${Environment}/database/password"}
""",
)
def path_without_environment(stack: Stack, graph: PipelineGraph) -> Findings:
    """Credentials of Docker Hub may well be the same everywhere; whoever says docker means those."""
    mark = mark_of(stack, graph)
    if mark is None or not mark.is_environment or not mark.bearers:
        return
    for name, value, location in _read(stack, graph):
        if "docker" in f"{name} {text_of(value)}".lower() or is_told_apart(value, mark):
            continue
        yield Finding(
            location, f"variable {name} reads {text_of(value)} in every environment", Confidence.LOW
        )


def _read(stack: Stack, graph: PipelineGraph) -> Iterator[tuple[str, Value[str], Location]]:
    for variable in graph.all(EnvironmentVariable):
        project = graph.enclosing(variable, Project)
        if project is None or project.stack != stack.name or variable.value is None:
            continue
        if known(variable.type) in _STORES:
            yield known(variable.name) or "?", variable.value, variable.at("Value")
    for container in graph.all(Container):
        if container.location.template == stack.name:
            for name, value in container.secrets.items():
                yield name, value, container.at("Secrets")
