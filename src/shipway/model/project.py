"""CodeBuild projects, and the buildspec that each runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Record, Relation
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.build import BuildSpec, Command, Invocation, PhaseName
    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class EnvironmentVariable(Node):
    """A variable that a project gives to its builds."""

    label: ClassVar[str] = "environment variable"

    name: Value[str] | None
    value: Value[str] | None
    type: Value[str] | None
    """PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER; PLAINTEXT where it is absent."""


class Step(Record):
    """One program that a buildspec runs, with the command it stands in."""

    location: Location
    phase: PhaseName
    command: Command
    invocation: Invocation


class Buildspec(Node):
    """The buildspec of a project: written into the template, or read from the source directory."""

    label: ClassVar[str] = "buildspec"

    project: str
    """Logical id of the project."""
    spec: BuildSpec
    text: str
    """The YAML; where the template puts values into it, they stand as ``${Name}``."""
    unseen: tuple[str, ...]
    """What stands in the text as ``${Name}`` because only the deployment knows it."""
    steps: tuple[Step, ...]
    """Every program of every command, in the order of a build that does not fail."""

    def at_line(self, line: int | None) -> Location:
        """Where a line of the buildspec stands; lines count from 1, None is its beginning."""
        return self.location.inside(line - 1) if line else self.location

    def runs(self, *words: str) -> tuple[Step, ...]:
        """The steps whose words, options left out, begin so: ``buildspec.runs("docker", "push")``."""
        return tuple(step for step in self.steps if _begins(step.invocation.words, words))


def _begins(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    plain = [word for word in words if not word.startswith("-")]
    return tuple(plain[: len(wanted)]) == wanted


class Project(Resource):
    """AWS::CodeBuild::Project."""

    type_name: ClassVar[str] = "AWS::CodeBuild::Project"
    label: ClassVar[str] = "build project"
    arn_separator: ClassVar[str] = "project/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("role", Relation.RUNS_AS, ("Role",), ("ServiceRole",)),
        Names("log_group", Relation.LOGS_TO, ("LogGroup",), ("LogsConfig", "CloudWatchLogs", "GroupName")),
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("EncryptionKey",)),
    )

    role: Value[str] | None
    source_type: Value[str] | None
    source_location: Value[str] | None
    artifacts_type: Value[str] | None
    image: Value[str] | None
    environment_type: Value[str] | None
    """LINUX_CONTAINER, ARM_CONTAINER, ..."""
    privileged: Value[bool] | None
    """False where it is absent; without it there is no Docker daemon."""
    variables: Many[EnvironmentVariable]
    specification: Value[str] | None
    """Source.BuildSpec as written: YAML, a file name, or None for buildspec.yml of the source."""
    specification_file: str
    """The file in the source that holds the buildspec; empty when the template holds it."""
    buildspec: Buildspec | None
    """What it runs; None when that cannot be seen (see ``specification``)."""
    log_group: Value[str] | None
    """LogsConfig.CloudWatchLogs.GroupName; where it is absent, /aws/codebuild/ and the project's name."""
    log_status: Value[str] | None
    """ENABLED or DISABLED; ENABLED where it is absent."""
    key: Value[str] | None
    in_vpc: bool
    has_webhook: bool

    def variable(self, name: str) -> EnvironmentVariable | None:
        """The variable of that name, if the project gives one."""
        return next((each for each in self.variables if known(each.name) == name), None)

    def children(self) -> Iterable[Node]:
        """The variables, and the buildspec when it can be seen."""
        yield from self.variables
        if self.buildspec is not None:
            yield self.buildspec
