"""Text, JUnit, GitHub annotations and HTML: what people and machines make of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from shipway.checks.report import Report
from shipway.reports import FORMATS, render


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_nothing(name):
    assert isinstance(render(Report(), name), str)


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"text"}))
def test_every_format_tells_what_was_not_checked(report, name):
    assert "broken.yml" in render(report, name)
    assert "odd.yml" in render(report, name)


def test_text(report):
    assert render(report, "text").splitlines() == [
        "blue-green",
        "  warning BG008 missing-auto-rollback",
        "    my, own: %.yml:16:3  deployment group Group does not roll back when a deployment fails",
        f"      -> {report.findings[0].remedy}",
        "",
        "not checked: broken.yml:3:1: the file is not YAML (got x). Mend it",
        "not checked: odd.yml: a bug",
        *(
            f"rule IAM001 crashed on deployment group at my, own: %.yml:{line}:3: this is a bug of Shipway"
            for line in (16, 19, 25)
        ),
        "allowance of missing-auto-rollback in pyproject.toml has expired on 2020-01-01",
        "0 errors, 1 warning, 1 undetermined, 1 allowed, 2 not checked in 1 template",
    ]


def test_junit(report):
    root = ET.fromstring(render(report, "junit"))  # noqa: S314 -- our own output
    assert root.attrib == {"name": "shipway check", "tests": "7", "failures": "1", "errors": "5"}
    cases = {each.attrib["name"]: each for each in root.iter("testcase")}
    assert len(list(root.iter("testcase"))) == int(root.attrib["tests"])
    case = cases["BG008 missing-auto-rollback"]
    assert case.attrib["classname"] == "shipway.blue-green"
    assert [each.tag for each in case] == ["failure"]
    assert "RuntimeError: bang? <&>" in ET.tostring(root, encoding="unicode", method="text")


def test_junit_of_what_is_only_undetermined(report):
    root = ET.fromstring(render(report._replace(findings=()), "junit"))  # noqa: S314 -- our own output
    (skipped,) = root.iter("skipped")
    assert skipped.attrib["message"].startswith("undetermined: parameter Enabled")


def test_github_annotations(report):
    lines = render(report, "github").splitlines()
    place = "file=my%2C own%3A %25.yml,line=16,col=3"
    assert lines[0].startswith(f"::warning {place},title=BG008 missing-auto-rollback::deployment group Group")
    assert f"%0A{report.findings[0].remedy}" in lines[0]
    assert lines[-1] == "::notice title=shipway check::1 undetermined"
    assert all(re.match(r"::(error|warning|notice) ", line) for line in lines)


class Page(HTMLParser):
    """Counts what a page opens and closes, and keeps ids, links and addresses."""

    VOID = frozenset({"meta", "input", "rect", "path"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids |= {values["id"]} if "id" in values else set()
        self.links |= {values["href"]} if "href" in values else set()
        self.loaded += [values["src"]] if "src" in values else []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_html_is_whole_and_loads_nothing(report):
    text = render(report, "html")
    page = Page(text)
    assert page.open == []
    assert page.loaded == []
    assert "@import" not in text
    assert "url(" not in text


def test_html_draws_the_pipeline_with_its_findings(report):
    text = render(report, "html")
    page = Page(text)
    assert text.count("<svg") == 1
    assert "<b>&Deploy" in page.text, "names are shown as they are"
    assert "<b>&Deploy" not in text, "and are not markup"
    inner = {link for link in page.links if link.startswith("#")}
    assert inner == {"#at-my--own----yml-Group"}
    assert {link[1:] for link in inner} <= page.ids
    assert "parameter Enabled has no value before deployment" in page.text
    assert "it is rolled back by hand" in page.text
