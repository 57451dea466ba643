"""JSON for machines; docs/check-report.schema.json describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shipway.checks.finding import Severity

if TYPE_CHECKING:
    from shipway.checks.report import Open, Report, Reported
    from shipway.checks.rule import Rule
    from shipway.model.location import Location

SCHEMA_VERSION = 1


def render(report: Report) -> str:
    """The report as a JSON document."""
    return json.dumps(document(report), indent=2, ensure_ascii=False)


def document(report: Report) -> dict[str, Any]:
    """The report as data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "templates": list(report.templates),
        "summary": {
            **{severity.value: report.number_of(severity) for severity in Severity},
            "undetermined": len(report.undetermined),
            "suppressed": len(report.suppressed),
            "unchecked": len(report.unchecked),
            "crashes": len(report.crashes),
        },
        "findings": [_finding(each) for each in report.findings],
        "undetermined": [_open(each) for each in report.undetermined],
        "suppressed": [
            {
                **_finding(each.reported),
                "reason": each.allowance.reason,
                "allowed_in": each.allowance.stated_in,
            }
            for each in report.suppressed
        ],
        "allowances": [
            {"rule": each.rule, "stated_in": each.stated_in, "problem": each.problem}
            for each in report.allowances
        ],
        "unchecked": [
            {
                "message": each.what,
                "where": each.where,
                "value": each.value,
                "remedy": each.remedy,
                "exit_code": each.exit_code,
            }
            for each in report.unchecked
        ],
        "crashes": [
            {"rule": each.rule.id, "subject": each.subject, "error": each.error} for each in report.crashes
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.id, "name": rule.name, "family": rule.family.value}


def _place(location: Location) -> dict[str, Any]:
    line, column = location.position
    return {
        "template": location.template,
        "logical_id": location.logical_id,
        "path": location.property_path,
        "construct_path": location.construct_path,
        "line": line,
        "column": column,
    }


def _finding(reported: Reported) -> dict[str, Any]:
    return {
        **_rule(reported.rule),
        "severity": reported.severity.value,
        "confidence": reported.confidence.value,
        **_place(reported.finding.location),
        "message": reported.message,
        "remedy": reported.remedy,
    }


def _open(each: Open) -> dict[str, Any]:
    return {**_rule(each.rule), **_place(each.undetermined.location), "reason": each.undetermined.reason}
