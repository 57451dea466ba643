"""Text for people: grouped by family, each finding with its place, each rule with what to do."""

from __future__ import annotations

from itertools import groupby
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
        found = sorted((each for each in report.findings if each.rule.family is family), key=_order)
        if found:
            yield family.value
            for _, alike in groupby(found, key=lambda each: (each.severity, each.rule.id)):
                yield from _rule(list(alike))
            yield ""
    for error in report.unchecked:
        yield f"not checked: {error}"
    for crash in report.crashes:
        yield f"rule {crash.rule.id} crashed on {crash.subject}: this is a bug of Shipway"
    for note in report.allowances:
        yield f"allowance of {note.rule} in {note.stated_in} {note.problem}"
    yield _summary(report)


def _order(reported: Reported) -> tuple[int, str, str, int]:
    location = reported.finding.location
    return reported.severity.rank, reported.rule.id, location.template, location.line


def _rule(found: list[Reported]) -> Iterator[str]:
    """The findings of a rule; what several of them ask for is said once, below the last of them."""
    rule = found[0].rule
    yield f"  {found[0].severity.value} {rule.id} {rule.name}"
    for remedy, alike in groupby(found, key=lambda each: each.remedy):
        for each in alike:
            doubt = "" if each.confidence is Confidence.HIGH else f" [{each.confidence.value} confidence]"
            yield f"    {each.finding.location}  {each.message}{doubt}"
        yield f"      -> {remedy}"


def _summary(report: Report) -> str:
    counted = [
        _many(report.number_of(Severity.ERROR), "error"),
        _many(report.number_of(Severity.WARNING), "warning"),
    ]
    if notes := report.number_of(Severity.INFO):
        counted.append(_many(notes, "note"))
    counted.append(f"{len(report.undetermined)} undetermined")
    if report.suppressed:
        counted.append(f"{len(report.suppressed)} allowed")
    if report.unchecked:
        counted.append(f"{len(report.unchecked)} not checked")
    return f"{', '.join(counted)} in {_many(len(report.templates), 'template')}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
