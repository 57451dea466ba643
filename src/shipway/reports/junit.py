"""JUnit XML: a test case for each rule in each template, as CI servers show them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from shipway.checks.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.checks.report import Open, Report, Reported
    from shipway.checks.rule import Rule


def render(report: Report) -> str:
    """The report as a JUnit document: an error or a warning fails its case, the undetermined is skipped."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_suites(report)])


def _suites(report: Report) -> Iterator[str]:
    cases = _Cases(report)
    bugs = len(report.unchecked) + len(report.crashes)
    yield (
        f'<testsuites name="shipway check" '
        f'tests="{len(report.rules) * len(report.templates) + bugs}" '
        f'failures="{sum(map(len, cases.failures.values()))}" errors="{bugs}">'
    )
    for template in report.templates:
        yield f"  <testsuite name={_attribute(template)} tests={_attribute(str(len(report.rules)))}>"
        for rule in report.rules:
            yield from cases.case(template, rule)
        yield "  </testsuite>"
    if bugs:
        yield f'  <testsuite name="not checked" tests="{bugs}" errors="{bugs}">'
        for error in report.unchecked:
            yield from _error(error.where or "input", str(error), "")
        for crash in report.crashes:
            yield from _error(f"{crash.rule.id} crashed", crash.subject, crash.error)
        yield "  </testsuite>"
    yield "</testsuites>"


class _Cases:
    """What was found, by template and rule."""

    def __init__(self, report: Report) -> None:
        self.failures: dict[tuple[str, str], list[Reported]] = {}
        self.skipped: dict[tuple[str, str], list[Open]] = {}
        for each in report.findings:
            if each.severity is not Severity.INFO:
                self.failures.setdefault((each.finding.location.template, each.rule.id), []).append(each)
        for open_ in report.undetermined:
            template = open_.undetermined.location.template
            self.skipped.setdefault((template, open_.rule.id), []).append(open_)

    def case(self, template: str, rule: Rule) -> Iterator[str]:
        name = _attribute(f"{rule.id} {rule.name}")
        start = f"    <testcase name={name} classname={_attribute(f'shipway.{rule.family.value}')}"
        failures = self.failures.get((template, rule.id), [])
        skipped = self.skipped.get((template, rule.id), [])
        if not failures and not skipped:
            yield f"{start}/>"
            return
        yield f"{start}>"
        for reported in failures:
            yield _failure(reported)
        if not failures:
            reasons = "; ".join(dict.fromkeys(each.undetermined.reason for each in skipped))
            yield f"      <skipped message={_attribute(f'undetermined: {reasons}')}/>"
        yield "    </testcase>"


def _failure(reported: Reported) -> str:
    place = str(reported.finding.location)
    return (
        f"      <failure type={_attribute(reported.severity.value)} message={_attribute(reported.message)}>"
        f"{escape(_legal(f'{place}: {reported.remedy}'))}</failure>"
    )


def _error(name: str, message: str, text: str) -> Iterator[str]:
    yield f"    <testcase name={_attribute(name)}>"
    yield f"      <error message={_attribute(message)}>{escape(_legal(text))}</error>"
    yield "    </testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    # XML 1.0 has no way to write control characters, surrogates and U+FFFE, not even escaped.
    return "".join(character if _is_legal(character) else "?" for character in text)


def _is_legal(character: str) -> bool:
    return (
        character in "\t\n"
        or " " <= character < "\ud800"
        or "\ue000" <= character <= "\ufffd"
        or character > "\uffff"
    )
