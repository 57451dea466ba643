"""GitHub annotations: workflow commands that show findings in a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Severity

if TYPE_CHECKING:
    from shipway.checks.report import Report, Reported

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """The report as workflow commands; what could not be checked is an error."""
    lines = [_annotation(each) for each in report.findings]
    lines += [f"::error title=not checked::{_data(str(each))}" for each in report.unchecked]
    lines += [
        f"::error title={each.rule.id} crashed::{_data(f'a bug of Shipway, met on {each.subject}')}"
        for each in report.crashes
    ]
    lines += [
        f"::warning title=allowance::{_data(f'{each.rule} in {each.stated_in} {each.problem}')}"
        for each in report.allowances
    ]
    if report.undetermined:
        lines.append(f"::notice title=shipway check::{len(report.undetermined)} undetermined")
    return "\n".join(lines)


def _annotation(reported: Reported) -> str:
    location = reported.finding.location
    line, column = location.position
    properties = {
        "file": location.template,
        "line": str(line),
        "col": str(column),
        "title": f"{reported.rule.id} {reported.rule.name}",
    }
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{reported.message}\n{reported.remedy}"
    return f"::{_COMMANDS[reported.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
