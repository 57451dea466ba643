"""A buildspec in types: what CodeBuild would refuse or misread cannot be written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_COVERAGE = ("COBERTURAXML", "JACOCOXML", "CLOVERXML", "SIMPLECOV")


class OnFailure(Enum):
    """What happens to the build when a command of a phase fails."""

    ABORT = "ABORT"
    CONTINUE = "CONTINUE"


@dataclass(frozen=True)
class Phase:
    """One phase: its commands run in one shell, in order, up to the first that fails.

    Args:
        commands: The commands.
        always: Commands that run afterwards even if one failed (``finally``).
        on_failure: Whether the build goes on after a failure; unset, CodeBuild would run ``post_build`` even
            though ``build`` failed.
    """

    commands: tuple[str, ...]
    always: tuple[str, ...] = ()
    on_failure: OnFailure = OnFailure.ABORT

    def to_dict(self) -> dict[str, Any]:
        """The phase as CodeBuild spells it."""
        phase: dict[str, Any] = {"on-failure": self.on_failure.value, "commands": list(self.commands)}
        return {**phase, "finally": list(self.always)} if self.always else phase


@dataclass(frozen=True)
class Report:
    """Test results that CodeBuild collects into a report group.

    Args:
        files: Result files, relative to ``base_directory``.
        base_directory: Where they are.
        file_format: One of CodeBuild's formats, e.g. ``"JUNITXML"``.
    """

    files: tuple[str, ...]
    base_directory: str
    file_format: str = "JUNITXML"

    @property
    def type(self) -> str:
        """The kind of report group that takes it."""
        return "CODE_COVERAGE" if self.file_format in _COVERAGE else "TEST"

    def to_dict(self) -> dict[str, Any]:
        """The report as CodeBuild spells it."""
        return {
            "files": list(self.files),
            "base-directory": self.base_directory,
            "file-format": self.file_format,
        }


@dataclass(frozen=True)
class ArtifactFiles:
    """The files of one output artifact.

    Args:
        files: Files, relative to ``base_directory``.
        base_directory: Becomes the artifact's root.
    """

    files: tuple[str, ...]
    base_directory: str

    def to_dict(self) -> dict[str, Any]:
        """The artifact as CodeBuild spells it."""
        return {"base-directory": self.base_directory, "files": list(self.files)}


@dataclass(frozen=True)
class BuildSpecification:
    """A whole buildspec, version 0.2, run by bash.

    Args:
        build: The phase that builds.
        post_build: The phase that hands over.
        install: The phase that prepares the machine; may be left out.
        pre_build: The phase before the build, the place of tests; may be left out.
        runtime_versions: Runtimes that CodeBuild selects, e.g. ``{"python": "3.12"}``.
        reports: Report groups by name; CodeBuild puts the project's name before it.
        artifacts: Output artifacts by the names that the pipeline's action gives them.
        reads_scan: Whether a command reads what the registry's scan found, and must be allowed to.

    Raises:
        InputError: A phase without commands, or no output artifact.
    """

    build: Phase
    post_build: Phase
    install: Phase | None = None
    pre_build: Phase | None = None
    runtime_versions: Mapping[str, str] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)
    artifacts: Mapping[str, ArtifactFiles] = field(default_factory=dict)
    reads_scan: bool = False

    def __post_init__(self) -> None:
        for name, phase in self._phases().items():
            if not phase.commands:
                raise InputError(
                    "a phase of a buildspec needs at least one command",
                    where=f"buildspec phase {name}",
                    value="()",
                    remedy="Add a command, or leave the phase's default",
                )
        if not self.artifacts:
            raise InputError(
                "a build in a pipeline must name its output artifacts",
                where="buildspec artifacts",
                value="{}",
                remedy="Name each output of the pipeline's build action with its files",
            )

    def _phases(self) -> dict[str, Phase]:
        phases = {
            "install": self.install,
            "pre_build": self.pre_build,
            "build": self.build,
            "post_build": self.post_build,
        }
        return {name: phase for name, phase in phases.items() if phase is not None}

    def to_dict(self) -> dict[str, Any]:
        """The buildspec as CodeBuild spells it."""
        phases = {name: phase.to_dict() for name, phase in self._phases().items()}
        if self.runtime_versions:
            phases["install"] = {"runtime-versions": dict(self.runtime_versions), **phases.get("install", {})}
        spec: dict[str, Any] = {"version": "0.2", "env": {"shell": "bash"}, "phases": phases}
        if self.reports:
            spec["reports"] = {name: report.to_dict() for name, report in self.reports.items()}
        outputs = {name: files.to_dict() for name, files in self.artifacts.items()}
        # One output is the primary artifact; of several, CodeBuild takes each by the artifact's name:
        # https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
        spec["artifacts"] = (
            {"secondary-artifacts": outputs} if len(outputs) > 1 else next(iter(outputs.values()))
        )
        return spec
