"""Allowances: where they stand, what they cover, and which of them are told."""

from __future__ import annotations

from datetime import date

import pytest

from shipway.checks.checking import check
from shipway.checks.configuration import find_configuration, read_configuration
from shipway.checks.registry import rule_named, select
from shipway.checks.suppressions import read_allowances
from shipway.errors import InputError
from shipway.template.inputs import System
from shipway.template.read import parse_template

DAY = date(2026, 6, 30)
GROUP = "Type: AWS::CodeDeploy::DeploymentGroup, Properties: {ApplicationName: a}"
RULES = (rule_named("missing-auto-rollback"),)


def checked(text, *entries, name="infra/t.yml", rules=RULES):
    allowances = tuple(read_allowances(list(entries), "pyproject.toml"))
    return check([System((parse_template(text, name),), {})], rules, DAY, allowances)


def template(metadata="{}", top="{}"):
    return f"Metadata: {top}\nResources:\n  A: {{Metadata: {metadata}, {GROUP}}}\n  B: {{{GROUP}}}\n"


def left(report):
    return [each.finding.location.logical_id for each in report.findings]


def notes(report):
    return [(each.rule, each.stated_in, each.problem) for each in report.allowances]


@pytest.mark.parametrize(
    "metadata",
    [
        "{shipway: {allow: [{rule: BG008, reason: by hand}]}}",
        "{shipway: {allow: {rule: missing-auto-rollback, reason: by hand}}}",
        "{checkov: {skip: [{id: CKV_AWS_1, comment: x}, {id: BG008, comment: by hand}]}}",
    ],
)
def test_metadata_of_a_resource_covers_that_resource(metadata):
    report = checked(template(metadata))
    assert left(report) == ["B"]
    (suppressed,) = report.suppressed
    assert suppressed.allowance.reason == "by hand"
    assert suppressed.allowance.in_template
    assert notes(report) == []


def test_metadata_of_the_template_covers_all_of_it():
    assert left(checked(template(top="{shipway: {allow: [{rule: BG008, reason: by hand}]}}"))) == []


@pytest.mark.parametrize(
    ("metadata", "rule", "problem"),
    [
        ("{shipway: {allow: [{rule: BG008}]}}", "BG008", "gives no reason, and allows nothing"),
        ("{shipway: {allow: [BG008]}}", "BG008", "names no rule"),
        ("{cfn-lint: {config: {ignore_checks: [BG008]}}}", "BG008", "gives no reason, and allows nothing"),
        ("{checkov: {skip: [{id: BG008}]}}", "BG008", "gives no reason, and allows nothing"),
        ("{shipway: {allow: [{rule: BG999, reason: x}]}}", "BG999", "is about no rule that there is"),
        (
            "{shipway: {allow: [{rule: BG008, reason: x, expires: soon}]}}",
            "BG008",
            "has an expiry that is no date: soon",
        ),
        (
            "{shipway: {allow: [{rule: BG008, reason: x, expires: 2026-06-29}]}}",
            "BG008",
            "has expired on 2026-06-29",
        ),
    ],
)
def test_what_allows_nothing_is_told(metadata, rule, problem):
    report = checked(template(metadata))
    assert left(report) == ["A", "B"]
    assert notes(report) == [(rule, "infra/t.yml: A", problem)]


@pytest.mark.parametrize(
    "metadata",
    [
        "{cfn-lint: {config: {ignore_checks: [E3012]}}}",
        "{cfn-lint: [], checkov: x, shipway: y}",
        "{checkov: {skip: [CKV_AWS_1, 3]}}",
        "{shipway: {allow: []}}",
    ],
)
def test_what_is_meant_for_others_is_passed_over(metadata):
    report = checked(template(metadata))
    assert left(report) == ["A", "B"]
    assert notes(report) == []


def test_an_allowance_holds_on_its_last_day():
    report = checked(template(), {"rule": "BG008", "reason": "x", "expires": "2026-06-30"})
    assert left(report) == []


@pytest.mark.parametrize(
    ("pattern", "remaining"),
    [
        ({"resource": "A"}, ["B"]),
        ({"resource": "[AB]"}, []),
        ({"template": "infra/*"}, []),
        ({"template": "t.yml"}, ["A", "B"]),
        ({"template": "*/t.yml", "resource": "B"}, ["A"]),
    ],
)
def test_patterns_of_the_configuration(pattern, remaining):
    report = checked(template(), {"rule": "BG008", "reason": "x", **pattern})
    assert left(report) == remaining
    told = [("BG008", "pyproject.toml", "allows nothing that is found")]
    assert notes(report) == (told if remaining == ["A", "B"] else [])


def test_an_allowance_of_a_rule_that_was_not_asked_is_not_told():
    report = checked(template("{shipway: {allow: [{rule: BG008, reason: x}]}}"), rules=select(("ALERT",)))
    assert notes(report) == []


CONFIGURATION = """\
select = ["blue-green", "IAM"]
ignore = ["BG001"]
fail-on = "error"
[[{0}.allow]]
rule = "BG008"
reason = "by hand"
expires = 2026-06-30
"""


@pytest.mark.parametrize(
    ("file", "section"), [("pyproject.toml", "tool.shipway.check"), ("shipway.toml", "check")]
)
def test_configuration(tmp_path, file, section):
    (tmp_path / file).write_text(f"[{section}]\n{CONFIGURATION.format(section)}")
    found = find_configuration(tmp_path)
    assert found == read_configuration(tmp_path / file)
    assert (found.select, found.ignore, found.fail_on) == (("blue-green", "IAM"), ("BG001",), "error")
    (allowance,) = found.allowances
    assert (allowance.rule, allowance.reason, allowance.expires) == ("BG008", "by hand", date(2026, 6, 30))


def test_no_configuration_is_none(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.other]\n")
    assert find_configuration(tmp_path).select == ()
    with pytest.raises(InputError, match="no section"):
        read_configuration(tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[check", "not TOML"),
        ("[check]\nselct = []", "unknown setting"),
        ("[check]\nselect = 'BG'", "list of strings"),
        ("[check]\nfail-on = 'often'", "no such severity"),
    ],
)
def test_wrong_configuration_is_input(tmp_path, text, what):
    (tmp_path / "shipway.toml").write_text(text)
    with pytest.raises(InputError, match=what):
        find_configuration(tmp_path)
