"""A rule: one pure function, declared once together with its text and its two examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from shipway.checks.finding import Finding, Severity, Undetermined

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

Findings: TypeAlias = Iterator[Finding | Undetermined]
S = TypeVar("S")


class Family(Enum):
    """The ten ways to get a pipeline wrong, with the prefix of their rules' ids."""

    INTEGRATION = "integration"
    BLUE_GREEN = "blue-green"
    PERMISSIONS = "permissions"
    ENVIRONMENT_SUFFIX = "environment-suffix"
    LOGS = "logs"
    ALERTS = "alerts"
    PARAMETERS = "parameters"
    BUILD = "build"
    TESTS = "tests"
    REMOVAL = "removal"

    @property
    def prefix(self) -> str:
        """What the ids of its rules begin with, e.g. ``BG``."""
        return _PREFIXES[self]

    @property
    def folder(self) -> str:
        """The package below ``rules`` that holds its rules."""
        return self.value.replace("-", "_")


_PREFIXES = {
    Family.INTEGRATION: "PIPE",
    Family.BLUE_GREEN: "BG",
    Family.PERMISSIONS: "IAM",
    Family.ENVIRONMENT_SUFFIX: "ENV",
    Family.LOGS: "LOG",
    Family.ALERTS: "ALERT",
    Family.PARAMETERS: "PARAM",
    Family.BUILD: "BUILD",
    Family.TESTS: "TEST",
    Family.REMOVAL: "KEEP",
}


class Rule(NamedTuple):
    """A rule as declared."""

    id: str
    """Family prefix and three digits, e.g. ``BG008``. Never used again once released."""
    name: str
    """The bad pattern; reads well after "allow": ``allow missing-auto-rollback``."""
    family: Family
    title: str
    """One line without a full stop: what is wrong."""
    severity: Severity
    subject: type
    """The nodes that it is asked about; ``Edge`` for every link, ``PipelineGraph`` for the whole, once."""
    since: str
    """The version of Shipway that brought it."""
    rationale: str
    """What happens if one leaves it so."""
    remediation: str
    """What to write instead."""
    source: str
    """Where AWS says so."""
    bad: str
    """A small template with the fault; ``# <-`` ends each line on which a finding stands."""
    good: str
    """The same, mended."""
    check: Callable[[Any, PipelineGraph], Findings]

    def __reduce__(self) -> tuple[Callable[[str], Rule | None], tuple[str]]:
        """Another process of the same call finds its own: a rule is never sent, only named."""
        from shipway.checks.registry import rule_named  # noqa: PLC0415 -- the registry imports this module

        return rule_named, (self.id,)

    def matches(self, selector: str) -> bool:
        """Whether an id, a name, a family, or the beginning of an id means this rule."""
        return selector in {self.id, self.name, self.family.value, self.family.prefix}


def rule(
    *,
    id: str,  # noqa: A002 -- it is an id, and read as one at every declaration
    name: str,
    family: Family,
    title: str,
    severity: Severity,
    subject: type[S],
    since: str,
    rationale: str,
    remediation: str,
    source: str,
    bad: str,
    good: str,
) -> Callable[[Callable[[S, PipelineGraph], Findings]], Rule]:
    """Declares the function below as a rule. The arguments are those of ``Rule``."""

    def declare(check: Callable[[S, PipelineGraph], Findings]) -> Rule:
        return Rule(
            id,
            name,
            family,
            title,
            severity,
            subject,
            since,
            rationale,
            remediation,
            source,
            bad,
            good,
            check,
        )

    return declare
