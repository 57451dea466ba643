"""The outcome of a check, as every report renders it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
    from shipway.checks.rule import Rule
    from shipway.checks.suppressions import Allowance
    from shipway.errors import ShipwayError
    from shipway.model.graph import PipelineGraph


class Reported(NamedTuple):
    """A finding, with the rule that made it and the reading of the parameters in which it is true."""

    rule: Rule
    finding: Finding
    reading: str = ""
    """E.g. ``when Environment is prod``; empty when it is true in all readings."""

    @property
    def severity(self) -> Severity:
        """The finding's own severity, or its rule's."""
        return self.finding.severity or self.rule.severity

    @property
    def confidence(self) -> Confidence:
        """How sure it is."""
        return self.finding.confidence

    @property
    def message(self) -> str:
        """The finding's sentence, with the reading."""
        sentence = f"{self.finding.message}, {self.reading}" if self.reading else self.finding.message
        return sentence.replace("\n", "\\n")  # a name may hold a line end; a message is one line

    @property
    def remedy(self) -> str:
        """What to do."""
        return self.finding.remedy or self.rule.remediation


class Open(NamedTuple):
    """What a rule could not determine."""

    rule: Rule
    undetermined: Undetermined


class RuleCrashed(NamedTuple):
    """A bug of ours: a rule raised. It says nothing about the template."""

    rule: Rule
    subject: str
    """What the rule was asked about."""
    error: str
    """The traceback."""


class Suppressed(NamedTuple):
    """A finding that somebody allows, and why."""

    reported: Reported
    allowance: Allowance


class Report(NamedTuple):
    """Everything that a call of ``shipway check`` has found."""

    templates: tuple[str, ...] = ()
    """The templates that were read."""
    findings: tuple[Reported, ...] = ()
    undetermined: tuple[Open, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    """Those that suppressed nothing, have expired, or lack a reason."""
    crashes: tuple[RuleCrashed, ...] = ()
    unchecked: tuple[ShipwayError, ...] = ()
    """What could not be read, or not be checked; an ``InternalError`` among them is a bug of ours."""
    rules: tuple[Rule, ...] = ()
    """The rules that were asked."""
    graphs: tuple[PipelineGraph, ...] = ()
    """The graphs that were looked at, the defaults' reading of each; only kept for reports that draw them."""

    def number_of(self, severity: Severity) -> int:
        """How many findings are of a severity."""
        return sum(each.severity is severity for each in self.findings)
