"""SARIF 2.1.0, as code scanning takes it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from shipway.checks.finding import Confidence, Severity

if TYPE_CHECKING:
    from shipway.checks.report import Open, Report, Reported, Suppressed
    from shipway.checks.rule import Rule
    from shipway.model.location import Location

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def render(report: Report) -> str:
    """The report as a SARIF log."""
    return json.dumps(document(report), indent=2, ensure_ascii=False)


def document(report: Report) -> dict[str, Any]:
    """The report as data."""
    index = {rule.id: number for number, rule in enumerate(report.rules)}
    results = [_result(each, index) for each in report.findings]
    results += [_suppressed(each, index) for each in report.suppressed]
    results += [_open(each, index) for each in report.undetermined]
    notifications: list[dict[str, Any]] = [
        {"level": "error", "message": {"text": str(each)}} for each in report.unchecked
    ]
    notifications += [
        {
            "level": "error",
            "message": {"text": f"rule {each.rule.id} crashed on {each.subject}"},
            "associatedRule": {"id": each.rule.id, "index": index[each.rule.id]},
        }
        for each in report.crashes
    ]
    return {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "shipway check",
                        "version": version("shipway"),
                        "rules": [_rule(rule) for rule in report.rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not notifications,
                        "toolExecutionNotifications": notifications,
                    }
                ],
                "results": results,
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.rationale},
        "help": {"text": f"{rule.rationale}\n\n{rule.remediation}", "markdown": _markdown(rule)},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family.value]},
    }


def _markdown(rule: Rule) -> str:
    return f"{rule.rationale}\n\n**Instead:** {rule.remediation}\n\n```yaml\n{rule.good.strip()}\n```"


def _result(reported: Reported, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": reported.rule.id,
        "ruleIndex": index[reported.rule.id],
        "level": _LEVELS[reported.severity],
        "message": {"text": f"{reported.message}. {reported.remedy}"},
        "locations": [_location(reported.finding.location)],
        "properties": {"precision": _PRECISIONS[reported.confidence]},
    }


def _suppressed(suppressed: Suppressed, index: dict[str, int]) -> dict[str, Any]:
    kind = "inSource" if suppressed.allowance.in_template else "external"
    allowed = {"kind": kind, "justification": suppressed.allowance.reason}
    return {**_result(suppressed.reported, index), "suppressions": [allowed]}


def _open(each: Open, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": each.rule.id,
        "ruleIndex": index[each.rule.id],
        "kind": "open",
        "level": "none",
        "message": {"text": f"undetermined, because {each.undetermined.reason}"},
        "locations": [_location(each.undetermined.location)],
    }


def _location(location: Location) -> dict[str, Any]:
    line, column = location.position
    written: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(location.template, safe="/._-~:@")},
            "region": {"startLine": line, "startColumn": column},
        }
    }
    if location.logical_id:
        path = f".{location.property_path}" if location.property_path else ""
        written["logicalLocations"] = [
            {
                "name": location.logical_id,
                "kind": "resource",
                "fullyQualifiedName": location.construct_path or f"{location.logical_id}{path}",
            }
        ]
    return written
