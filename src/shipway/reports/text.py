"""Text for people: grouped by family, each finding with its place and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Severity
from shipway.checks.rule import Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.checks.report import Report, Reported


def render(report: Report) -> str:
    """The report as text."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    for family in Family:
        found = [each for each in report.findings if each.rule.family is family]
        if found:
            yield f"{family.value}"
            for each in sorted(found, key=_order):
                yield from _finding(each)
            yield ""
    for error in report.unreadable:
        yield f"unreadable: {error}"
    for crash in report.crashes:
        yield f"rule {crash.rule.id} crashed on {crash.subject}: this is a bug of Shipway"
    for note in report.allowances:
        yield f"allowance of {note.rule} in {note.stated_in} {note.problem}"
    yield _summary(report)


def _order(reported: Reported) -> tuple[int, str, int]:
    location = reported.finding.location
    return reported.severity.rank, location.template, location.line


def _finding(reported: Reported) -> Iterator[str]:
    doubt = "" if reported.confidence is Confidence.HIGH else f" [{reported.confidence.value} confidence]"
    rule = reported.rule
    yield f"  {reported.finding.location}  {reported.severity.value} {rule.id} {rule.name}{doubt}"
    yield f"      {reported.message}"
    yield f"      -> {reported.remedy}"


def _summary(report: Report) -> str:
    counted = [
        _many(report.count(Severity.ERROR), "error"),
        _many(report.count(Severity.WARNING), "warning"),
    ]
    if report.count(Severity.INFO):
        counted.append(_many(report.count(Severity.INFO), "note"))
    counted.append(f"{len(report.undetermined)} undetermined")
    if report.suppressed:
        counted.append(f"{len(report.suppressed)} allowed")
    if report.unreadable:
        counted.append(f"{len(report.unreadable)} unreadable")
    return f"{', '.join(counted)} in {_many(len(report.templates), 'template')}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
