"""AWS::CodeBuild, buildspecs included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.project import Buildspec, EnvironmentVariable, Project, Step
from shipway.model.value import Known, Many

if TYPE_CHECKING:
    from shipway.model.build import BuildSpec
    from shipway.model.location import Location
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser

_DEFAULT_FILE = "buildspec.yml"
_FILE_NAME = re.compile(r"[^\n:{]+\.(?:ya?ml|json)\s*\Z")


def _project(declared: Declared, cursor: Cursor, sources: SourceTree | None) -> Project:
    environment = cursor.child("Environment")
    specification = cursor.text("Source", "BuildSpec")
    file = _file(specification)
    logs = cursor.child("LogsConfig", "CloudWatchLogs")
    variables = environment.items("EnvironmentVariables")
    logical_id = declared["location"].logical_id
    return Project(
        **declared,
        role=cursor.text("ServiceRole"),
        source_type=cursor.text("Source", "Type"),
        source_location=cursor.text("Source", "Location"),
        artifacts_type=cursor.text("Artifacts", "Type"),
        image=environment.text("Image"),
        environment_type=environment.text("Type"),
        privileged=environment.boolean("PrivilegedMode"),
        variables=Many.of([_variable(each) for each in variables], variables.rest),
        specification=specification,
        specification_file=file,
        buildspec=_from_file(logical_id, file, sources)
        if file
        else _from_template(logical_id, specification, cursor.child("Source", "BuildSpec").location),
        log_group=logs.text("GroupName"),
        log_status=logs.text("Status"),
        key=cursor.text("EncryptionKey"),
        in_vpc=cursor.has("VpcConfig"),
        has_webhook=cursor.has("Triggers", "Webhook"),
    )


def _variable(cursor: Cursor) -> EnvironmentVariable:
    return EnvironmentVariable(
        location=cursor.location,
        name=cursor.text("Name"),
        value=cursor.text("Value"),
        type=cursor.text("Type"),
    )


def _file(specification: Value[str] | None) -> str:
    """The file that a project's BuildSpec names; empty when the template itself holds the buildspec."""
    if specification is None:
        return _DEFAULT_FILE
    if isinstance(specification, Known) and _FILE_NAME.match(specification.value):
        return specification.value.strip()
    return ""


def _from_template(logical_id: str, specification: Value[str] | None, location: Location) -> Buildspec | None:
    text = specification.text if specification is not None else None
    if text is None or not text.literals:
        return None
    filled = text.filled()
    return _buildspec(logical_id, str(filled), location, tuple(token.name for token in filled.tokens))


def _from_file(logical_id: str, file: str, sources: SourceTree | None) -> Buildspec | None:
    text = sources.read(file) if sources is not None else None
    if sources is None or text is None:
        return None
    return _buildspec(logical_id, text, sources.location(file), ())


def _buildspec(logical_id: str, text: str, location: Location, unseen: tuple[str, ...]) -> Buildspec:
    from shipway.template.buildspec import read_buildspec  # noqa: PLC0415 -- many templates build nothing

    spec = read_buildspec(text)
    return Buildspec(
        location=location,
        project=logical_id,
        spec=spec,
        text=text,
        unseen=unseen,
        steps=tuple(_steps(spec, location)),
    )


def _steps(spec: BuildSpec, location: Location) -> list[Step]:
    from shipway.template.shell import read_shell  # noqa: PLC0415 -- see above

    return [
        Step(
            location=location.inside(command.line + invocation.line - 2) if command.line else location,
            phase=phase.name,
            command=command,
            invocation=invocation,
        )
        for phase, command in spec.commands()
        for invocation in read_shell(command.text)
    ]


PARSERS: dict[str, Parser] = {"AWS::CodeBuild::Project": _project}
