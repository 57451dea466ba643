"""What an image must pass, and what is kept of it, beyond tests and bandit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from shipway.errors import InputError

_MOST = 100


class Severity(Enum):
    """A severity of the registry's scan; a gate closes at it and at anything worse."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"

    @property
    def and_worse(self) -> tuple[str, ...]:
        """The severities that close the gate, the worst first."""
        names = [severity.value for severity in Severity]
        return tuple(names[: names.index(self.value) + 1])


@dataclass(frozen=True)
class BuildChecks:
    """Checks that end a build, and reports that it leaves; all are off by default.

    Args:
        coverage_percent: Lines that tests must cover, in percent; a coverage report is kept.
        audit: Whether a dependency with a known vulnerability ends the build (pip-audit).
        scan: Findings of the registry's scan, of this severity or worse, end the build after the push and
            before anything is deployed.
        sbom: Whether a software bill of materials (SPDX) is kept as an artifact of the pipeline.

    Raises:
        InputError: A percentage that is none.
    """

    coverage_percent: int | None = None
    audit: bool = False
    scan: Severity | None = None
    sbom: bool = False

    def __post_init__(self) -> None:
        if self.coverage_percent is not None and not 0 <= self.coverage_percent <= _MOST:
            raise InputError(
                "the coverage that tests must reach is a percentage from 0 to 100",
                where="coverage_percent",
                value=str(self.coverage_percent),
                remedy="Use 0 to keep the report and to require nothing",
            )
