"""PARAM018."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.project import Project
from shipway.model.secrets import StoredParameter
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location

_ALIKE = 0.85


@rule(
    id="PARAM018",
    name="misspelt-parameter-path",
    family=Family.PARAMETERS,
    title="Build reads a parameter that is stored under a similar name",
    severity=Severity.WARNING,
    subject=Project,
    since="0.1",
    rationale="CodeBuild fails before the first command when a parameter is not there.",
    remediation="Write !Ref of the parameter instead of its path.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html",
    bad="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties: {Name: /hello/dockerhub/username, Type: String, Value: hello}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: USER, Type: PARAMETER_STORE, Value: /hello/docker-hub/username}  # <-
""",
    good="""
Resources:
  User:
    Type: AWS::SSM::Parameter
    Properties: {Name: /hello/dockerhub/username, Type: String, Value: hello}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: USER, Type: PARAMETER_STORE, Value: !Ref User}
""",
)
def misspelt_parameter_path(project: Project, graph: PipelineGraph) -> Findings:
    """A parameter that is made outside is common: a SecureString has to be."""
    stored = {
        str(text_of(each.name).filled()): each for each in graph.all(StoredParameter) if each.name is not None
    }
    for name, path, location in _read(project):
        if path in stored or path.removeprefix("/") in stored or f"/{path}" in stored:
            continue
        for other, parameter in stored.items():
            if _alike(path, other):
                yield Finding(
                    location,
                    f"variable {name} of {project.said} reads {path}; {parameter.said} is stored as {other}",
                    Confidence.MEDIUM,
                )
                break


def _read(project: Project) -> Iterator[tuple[str, str, Location]]:
    for each in project.variables:
        path = text_of(each.value).filled()
        if known(each.type) == "PARAMETER_STORE" and path.literals and path.sole is None:
            yield known(each.name) or "?", str(path), each.at("Value")
    if project.buildspec is not None:
        for setting in project.buildspec.spec.env.parameter_store:
            yield setting.name, setting.value, project.buildspec.at_line(setting.line)


def _alike(path: str, other: str) -> bool:
    """Whether two paths differ in the spelling of one part only, and mean the same with it."""
    first, second = path.strip("/").split("/"), other.strip("/").split("/")
    if len(first) != len(second):
        return False
    differing = [(one, two) for one, two in zip(first, second, strict=True) if one != two]
    if len(differing) != 1:
        return False
    one, two = differing[0]
    return SequenceMatcher(None, one.lower(), two.lower()).ratio() >= _ALIKE
