"""One test over the registry proves every rule: `pytest tests/rules -k BG008` runs that of one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shipway.checks.examples import check_example, read_example
from shipway.checks.registry import all_rules
from shipway.checks.rule import Family, Rule
from shipway.checks.rule_page import index, page

RULES = all_rules()
each_rule = pytest.mark.parametrize("rule", RULES, ids=[f"{rule.id}-{rule.name}" for rule in RULES])

DOCS = Path(__file__).parents[2] / "docs" / "rules"
WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+\Z")
PROSE_MINIMUM = 20


@each_rule
def test_bad_fires_exactly_at_the_mark(rule: Rule) -> None:
    outcome = check_example(rule, rule.bad)
    assert not outcome.crashes, outcome.crashes[0].error
    fired = {
        (each.finding.location.template, each.finding.location.line): each.message
        for each in outcome.findings
    }
    marks = read_example(rule.bad).marks
    assert marks, "no line of the bad example is marked"
    assert set(fired) == marks, fired


@each_rule
def test_good_is_silent(rule: Rule) -> None:
    outcome = check_example(rule, rule.good)
    assert not outcome.crashes, outcome.crashes[0].error
    assert [each.message for each in outcome.findings] == []
    assert [each.undetermined.reason for each in outcome.undetermined] == []
    assert not read_example(rule.good).marks


@each_rule
def test_text_is_complete(rule: Rule) -> None:
    assert re.fullmatch(rf"{rule.family.prefix}\d{{3}}", rule.id)
    assert WORD.match(rule.name), "a name is lower-case words with hyphens"
    assert not rule.title.endswith(".")
    assert rule.rationale.endswith((".", '".'))
    assert rule.remediation.endswith(".")
    assert min(len(rule.rationale), len(rule.remediation)) > PROSE_MINIMUM
    assert rule.source.startswith("https://")
    assert rule.since


@each_rule
def test_module_is_named_after_the_rule(rule: Rule) -> None:
    word = rule.name.replace("-", "_")
    assert rule.check.__module__ == f"shipway.checks.rules.{rule.family.folder}.{word}"
    assert rule.check.__name__ == word


def test_ids_and_names_are_given_once() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_family_has_rules() -> None:
    assert {rule.family for rule in RULES} == set(Family)


def test_docs_are_current() -> None:
    wanted = {"README.md": index(), **{f"{rule.id}.md": page(rule) for rule in RULES}}
    there = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert there == wanted, "run `python tools/rule_docs.py`"
