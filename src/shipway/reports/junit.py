"""JUnit XML: a test case for each rule in each template, as CI servers show them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from shipway.checks.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.checks.report import Report, Reported
    from shipway.checks.rule import Rule


def render(report: Report) -> str:
    """The report as a JUnit document: an error or a warning fails its case, the undetermined is skipped."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *_suites(report)])


def _suites(report: Report) -> Iterator[str]:
    failures = sum(each.severity is not Severity.INFO for each in report.findings)
    yield (
        f'<testsuites name="shipway check" tests="{len(report.rules) * len(report.templates)}" '
        f'failures="{failures}" errors="{len(report.unreadable) + len(report.crashes)}">'
    )
    for template in report.templates:
        yield f"  <testsuite name={_attribute(template)} tests={_attribute(str(len(report.rules)))}>"
        for rule in report.rules:
            yield from _case(report, template, rule)
        yield "  </testsuite>"
    if report.unreadable:
        yield '  <testsuite name="unreadable">'
        for error in report.unreadable:
            yield f"    <testcase name={_attribute(error.where or 'input')}>"
            yield f"      <error message={_attribute(str(error))}/>"
            yield "    </testcase>"
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(report: Report, template: str, rule: Rule) -> Iterator[str]:
    found = [
        each
        for each in report.findings
        if each.rule is rule
        and each.finding.location.template == template
        and each.severity is not Severity.INFO
    ]
    unseen = [
        each
        for each in report.undetermined
        if each.rule is rule and each.undetermined.location.template == template
    ]
    crashed = [each for each in report.crashes if each.rule is rule]
    name = _attribute(f"{rule.id} {rule.name}")
    yield f"    <testcase name={name} classname={_attribute(f'shipway.{rule.family.value}')}>"
    for reported in found:
        yield _failure(reported)
    for crash in crashed:
        yield f"      <error message={_attribute(crash.subject)}>{escape(crash.error)}</error>"
    if unseen and not found:
        reasons = "; ".join(each.undetermined.reason for each in unseen)
        yield f"      <skipped message={_attribute(f'undetermined: {reasons}')}/>"
    yield "    </testcase>"


def _failure(reported: Reported) -> str:
    place = str(reported.finding.location)
    return (
        f"      <failure type={_attribute(reported.severity.value)} message={_attribute(reported.message)}>"
        f"{escape(_legal(f'{place}: {reported.remedy}'))}</failure>"
    )


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    # XML 1.0 has no way to write control characters, not even escaped.
    return "".join(character if character >= " " or character in "\t\n" else "?" for character in text)
