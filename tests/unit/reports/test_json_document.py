"""The JSON report holds what its schema says, and the schema says all that it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shipway.checks.rule import Family
from shipway.reports import render

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "check-report.schema.json").read_text())


def test_it_is_valid(report, invalid):
    document = json.loads(render(report, "json"))
    assert invalid(document, SCHEMA) == []
    assert all(document[name] for name in SCHEMA["required"]), "an empty list proves nothing"


@pytest.mark.parametrize(
    ("path", "value"),
    [(("findings", 0, "severity"), "grave"), (("findings", 0, "line"), 0), (("templates", 0), 1)],
)
def test_the_validator_would_notice(report, invalid, path, value):
    document = json.loads(render(report, "json"))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert invalid(document, SCHEMA)
    del document["findings"]
    assert "$: findings is missing" in invalid(document, SCHEMA)


def test_the_families_are_those_of_the_schema():
    assert SCHEMA["$defs"]["family"]["enum"] == [family.value for family in Family]


def test_a_finding_says_where_and_what(report):
    finding = json.loads(render(report, "json"))["findings"][0]
    assert finding["template"] == "my, own: %.yml"
    assert (finding["rule"], finding["family"], finding["severity"]) == ("BG008", "blue-green", "warning")
    assert (finding["logical_id"], finding["line"], finding["column"]) == ("Group", 16, 3)
    assert finding["path"] == "AutoRollbackConfiguration.Enabled"


def test_what_is_undetermined_stands_apart(report):
    document = json.loads(render(report, "json"))
    (undetermined,) = document["undetermined"]
    assert undetermined["logical_id"] == "Other"
    assert undetermined["reason"] == "parameter Enabled has no value before deployment"
    assert document["summary"]["undetermined"] == 1
    assert "Other" not in {each["logical_id"] for each in document["findings"]}


def test_what_is_allowed_says_why(report):
    (suppressed,) = json.loads(render(report, "json"))["suppressed"]
    assert suppressed["reason"] == "it is rolled back by hand"
    assert suppressed["allowed_in"] == "my, own: %.yml: Allowed"
