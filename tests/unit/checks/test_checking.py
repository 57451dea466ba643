"""One system must not end the check of the others."""

from __future__ import annotations

from datetime import date

import pytest

from shipway.checks import checking
from shipway.checks.checking import check, check_paths
from shipway.checks.registry import rule_named
from shipway.errors import InputError, InternalError
from shipway.template.inputs import System
from shipway.template.read import Template, parse_template

DAY = date(2026, 1, 1)
BAD = "Resources: {Group: {Type: 'AWS::CodeDeploy::DeploymentGroup', Properties: {ApplicationName: a}}}"
RULES = (rule_named("missing-auto-rollback"),)


def system(name):
    return System((parse_template(BAD, name),), {})


def test_a_bug_in_a_parser_ends_one_system(monkeypatch):
    build = checking.build_graphs

    def crash(templates, *rest):
        if templates[0].name == "odd.yml":
            raise RecursionError("too deep")
        return build(templates, *rest)

    monkeypatch.setattr(checking, "build_graphs", crash)
    report = check([system("odd.yml"), system("fine.yml")], RULES, DAY)
    assert report.templates == ("fine.yml",)
    assert [each.finding.location.template for each in report.findings] == ["fine.yml"]
    (bug,) = report.unchecked
    assert isinstance(bug, InternalError)
    assert str(bug).startswith("odd.yml: not checked, because of a bug in Shipway: RecursionError: too deep")
    assert "test_checking.py" in bug.__notes__[0], "the traceback"


def test_a_bug_in_finding_a_place_ends_one_system(monkeypatch):
    position = Template.position

    def crash(self, path, line=0):
        if self.name == "odd.yml":
            raise KeyError(path)
        return position(self, path, line)

    monkeypatch.setattr(Template, "position", crash)
    report = check([system("odd.yml"), system("fine.yml")], RULES, DAY)
    assert report.templates == ("fine.yml",)
    assert [each.exit_code for each in report.unchecked] == [4]


def test_what_cannot_be_read_does_not_end_the_rest(tmp_path):
    (tmp_path / "a.yml").write_text("Resources: {A: [}")
    (tmp_path / "b.yml").write_text(BAD)
    report = check_paths(
        [str(tmp_path / "nothing*"), str(tmp_path / "a.yml"), str(tmp_path / "b.yml")], RULES, DAY
    )
    assert [type(each) for each in report.unchecked] == [InputError, InputError]
    assert report.unchecked[1].where == f"{tmp_path}/a.yml:1:17"
    assert report.templates == (f"{tmp_path}/b.yml",)


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_processes_change_nothing(tmp_path, monkeypatch, processes):
    for number in range(7):
        text = "Resources: [" if number == 2 else BAD
        (tmp_path / f"{number}.yml").write_text(text)
    monkeypatch.setattr(checking, "processes_for", lambda _pieces: processes)
    report = check_paths([str(tmp_path / "*.yml")], RULES, DAY)
    assert [path[-5:] for path in report.templates] == [f"{n}.yml" for n in (0, 1, 3, 4, 5, 6)]
    assert [each.finding.location.line for each in report.findings] == [1] * 6
    assert all(each.rule is RULES[0] for each in report.findings)
    assert [each.where for each in report.unchecked] == [f"{tmp_path}/2.yml:2:1"]


def test_a_process_that_dies_is_a_bug(tmp_path, monkeypatch):
    for number in range(2):
        (tmp_path / f"{number}.yml").write_text(BAD)

    def die(*_arguments, **_options):
        raise SystemExit(9)

    monkeypatch.setattr(checking, "processes_for", lambda _pieces: 2)
    monkeypatch.setattr(
        checking, "read_unit", lambda unit, _sources: die() if "1.yml" in unit.files[0] else iter(())
    )
    with pytest.raises(InternalError, match="has died"):
        check_paths([str(tmp_path / "*.yml")], RULES, DAY)
