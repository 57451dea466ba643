"""A build specification (buildspec 0.2) in CodeBuild's own words.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_RETRIES = 3  # of `on-failure: RETRY` without a count
DEFAULT_REPORT_FORMAT = "JUNITXML"


class PhaseName(StrEnum):
    """The phases a buildspec may hold, in the order in which they run."""

    INSTALL = "install"
    PRE_BUILD = "pre_build"
    BUILD = "build"
    POST_BUILD = "post_build"


class FailureAction(StrEnum):
    """What a failed phase does to the build."""

    ABORT = "ABORT"
    CONTINUE = "CONTINUE"
    RETRY = "RETRY"


class OnFailure(NamedTuple):
    """``on-failure`` of a phase.

    Attributes:
        action: What happens.
        retries: How often at most a RETRY runs the phase again.
        pattern: Regular expression that the error message must match for a RETRY.
    """

    action: FailureAction
    retries: int = 0
    pattern: str = ".*"


class Command(NamedTuple):
    """One entry of ``commands`` or ``finally``: a shell text of one or more lines.

    Attributes:
        text: As the shell receives it.
        line: Line of the buildspec on which the text begins, from 1; None when it is not known.
        path: Where it stands, e.g. ``phases.build.commands[2]``.
    """

    text: str
    line: int | None = None
    path: str = ""


class Phase(NamedTuple):
    """A phase as it is declared.

    Attributes:
        on_failure: None where the spec says nothing: then a failed build phase still runs post_build.
        runtime_versions: Runtime -> version; only the install phase may have them.
        line: Line of its key.
    """

    name: PhaseName
    commands: tuple[Command, ...] = ()
    finally_: tuple[Command, ...] = ()
    on_failure: OnFailure | None = None
    run_as: str = ""
    runtime_versions: tuple[tuple[str, str], ...] = ()
    line: int | None = None

    def all_commands(self) -> Iterator[Command]:
        """``commands``, then ``finally``."""
        yield from self.commands
        yield from self.finally_


class Setting(NamedTuple):
    """A named value with its place: a variable, a reference to a parameter or a secret."""

    name: str
    value: str
    line: int | None = None


class BuildVariables(NamedTuple):
    """The ``env`` section.

    Attributes:
        shell: Empty where none is named (CodeBuild takes ``sh``).
        parameter_store: Variable -> name of a parameter.
        secrets_manager: Variable -> ``id:json-key:version-stage:version-id``.
        exported: Names of exported variables.
    """

    shell: str = ""
    variables: tuple[Setting, ...] = ()
    parameter_store: tuple[Setting, ...] = ()
    secrets_manager: tuple[Setting, ...] = ()
    exported: tuple[str, ...] = ()
    git_credential_helper: bool = False
    line: int | None = None

    def names(self) -> frozenset[str]:
        """Every variable that the section sets."""
        settings = (*self.variables, *self.parameter_store, *self.secrets_manager)
        return frozenset(setting.name for setting in settings)


class Artifact(NamedTuple):
    """``artifacts``, or one entry of ``secondary-artifacts``.

    Attributes:
        identifier: Key below ``secondary-artifacts``; empty for the primary one.
        files: Globs relative to `base_directory`.
        name: Overrides the artifact's name; shell variables are allowed in it.
    """

    identifier: str = ""
    files: tuple[str, ...] = ()
    base_directory: str = ""
    discard_paths: bool = False
    exclude_paths: tuple[str, ...] = ()
    name: str = ""
    s3_prefix: str = ""
    enable_symlinks: bool = False
    line: int | None = None


TEST_FORMATS = frozenset(
    {"CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"}
)
COVERAGE_FORMATS = frozenset({"CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"})


class ReportFiles(NamedTuple):
    """One entry of ``reports``.

    Attributes:
        group: Name of the report group, or the ARN of an existing one.
    """

    group: str
    files: tuple[str, ...] = ()
    base_directory: str = ""
    discard_paths: bool = False
    file_format: str = DEFAULT_REPORT_FORMAT
    line: int | None = None

    @property
    def is_coverage(self) -> bool:
        """Whether it is a code coverage report rather than one of tests."""
        return self.file_format in COVERAGE_FORMATS


class Cache(NamedTuple):
    """The ``cache`` section."""

    paths: tuple[str, ...] = ()
    key: str = ""
    fallback_keys: tuple[str, ...] = ()
    action: str = ""
    line: int | None = None


class Kept(NamedTuple):
    """A key that is kept as data: one that CodeBuild does not know, or that has no model here.

    Attributes:
        path: ``phases.build.comands``.
        value: Plain Python data.
    """

    path: str
    value: Any
    line: int | None = None

    def __hash__(self) -> int:
        """The value may be a mapping, which has no hash."""
        return hash((self.path, self.line))


class SpecProblem(NamedTuple):
    """Why a buildspec, or a part of it, cannot be read.

    Attributes:
        message: One sentence without a full stop.
        path: Where; empty for the whole text.
        fatal: Whether CodeBuild refuses the build because of it.
    """

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    fatal: bool = True


class BuildSpec(NamedTuple):
    """A whole buildspec; what could not be read is empty here and stands in `problems`.

    Attributes:
        version: As written, e.g. ``0.2``; empty where it is missing.
        kept: Valid keys without a model (``batch``, ``proxy``).
        unknown: Keys that CodeBuild does not know.
    """

    version: str = ""
    run_as: str = ""
    env: BuildVariables = BuildVariables()
    phases: tuple[Phase, ...] = ()
    artifacts: Artifact | None = None
    secondary_artifacts: tuple[Artifact, ...] = ()
    reports: tuple[ReportFiles, ...] = ()
    cache: Cache | None = None
    kept: tuple[Kept, ...] = ()
    unknown: tuple[Kept, ...] = ()
    problems: tuple[SpecProblem, ...] = ()

    def phase(self, name: PhaseName) -> Phase | None:
        """The phase of that name, if it is declared."""
        return next((phase for phase in self.phases if phase.name is name), None)

    def commands(self) -> Iterator[tuple[Phase, Command]]:
        """Every command in the order in which a build without failures runs them."""
        for phase in self.phases:
            for command in phase.all_commands():
                yield phase, command

    def all_artifacts(self) -> tuple[Artifact, ...]:
        """The primary artifact first, then the secondary ones."""
        return (*((self.artifacts,) if self.artifacts else ()), *self.secondary_artifacts)


class Invocation(NamedTuple):
    """A program that a shell text runs, with the words of its call.

    Words have lost their quotes; what the shell would expand stands as written (``$TAG``, ``$(...)``).

    Attributes:
        program: The first word, e.g. ``docker``; empty for assignments alone.
        arguments: The words after it.
        assignments: ``NAME=value`` before the program, or an ``export``'s.
        variables: Names of variables that its words expand.
        line: Line within the text, from 1.
        guards: Conditions under which alone it runs, as written; ``! `` before one that must fail.
        reads_from: Index of the invocation whose output is piped into this one.
        stdin: Text of a here-document or here-string.
        writes_to: Files that its output is redirected to.
        inside: Index of the invocation in whose ``$(...)`` it stands.
    """

    program: str
    arguments: tuple[str, ...] = ()
    assignments: tuple[tuple[str, str], ...] = ()
    variables: frozenset[str] = frozenset()
    line: int = 1
    guards: tuple[str, ...] = ()
    reads_from: int | None = None
    stdin: str | None = None
    writes_to: tuple[str, ...] = ()
    inside: int | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Program and arguments."""
        return (self.program, *self.arguments)

    def option(self, *names: str) -> str | None:
        """The value of ``--name value`` or ``--name=value``, the last one given; None without it."""
        found = None
        for index, word in enumerate(self.arguments):
            name, equals, value = word.partition("=")
            if name in names and equals:
                found = value
            elif word in names:
                found = self.arguments[index + 1] if index + 1 < len(self.arguments) else ""
        return found

    def flag(self, name: str) -> bool:
        """Whether ``--name`` is given (``--name=false`` is not)."""
        return any(word in {name, f"{name}=true"} for word in self.arguments)
