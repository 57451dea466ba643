"""One self-contained HTML page: totals, each pipeline drawn with its findings, the findings by family."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Severity
from shipway.checks.rule import Family
from shipway.reports.drawing import drawings
from shipway.reports.svg import anchor, svg, worst_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipway.checks.report import Report, Reported
    from shipway.model.location import Location
    from shipway.reports.drawing import Drawing, Part

_NOUNS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}
# Nothing is loaded from anywhere, and what a template says cannot run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render(report: Report) -> str:
    """The report as a page that needs no other file."""
    return "\n".join(_page(report))


def _page(report: Report) -> Iterator[str]:
    title = f"shipway check: {_many(len(report.findings), 'finding')}"
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title><style>{_beside('page.css')}</style></head><body><main>"
    yield f"<h1>{title}</h1>"
    shown = ", ".join(report.templates[:3]) + (" …" if len(report.templates) > 3 else "")  # noqa: PLR2004
    number = f"{_many(len(report.templates), 'template')}{': ' if shown else ''}"
    asked = _many(len(report.rules), "rule")
    yield f'<p class="lead">{number}<code>{escape(shown)}</code>, {asked} asked</p>'
    yield from _totals(report)
    drawn = [drawing for graph in report.graphs for drawing in drawings(graph)]
    if drawn:
        yield f"<h2>{'Pipeline' if len(drawn) == 1 else 'Pipelines'}</h2>"
    for drawing in drawn:
        yield f'<div class="panel drawing"><h3>{escape(drawing.title.text)}</h3>'
        yield svg(drawing, _counted(drawing, report.findings))
        yield from _elsewhere(drawing, report.findings)
        yield "</div>"
    yield from _unchecked(report)
    yield from _findings(report)
    yield from _rest(report)
    yield "<footer>Written by shipway check. What it could not see is listed as undetermined, and is "
    yield f"neither right nor wrong.</footer></main><script>{_beside('page.js')}</script></body></html>"


def _beside(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _totals(report: Report) -> Iterator[str]:
    yield '<ul class="totals">'
    numbers = [(each.value, report.number_of(each), _NOUNS[each]) for each in Severity]
    numbers.append(("open", len(report.undetermined), "undetermined"))
    numbers.append(("open", len(report.suppressed), "allowed"))
    if report.unchecked or report.crashes:
        numbers.append(("error", len(report.unchecked) + len(report.crashes), "not checked"))
    for kind, number, noun in numbers:
        some = " some" if number else ""
        yield f'<li class="{kind}{some}"><b>{number}</b><span>{noun}</span></li>'
    yield "</ul>"


def _counted(drawing: Drawing, findings: Iterable[Reported]) -> dict[Part, dict[Severity, int]]:
    """How many findings of which severity stand on each part: on the one that says most closely where."""
    parts = sorted(dict.fromkeys(drawing.parts), key=lambda part: -len(part.path))
    counted: dict[Part, dict[Severity, int]] = {}
    for each in findings:
        part = next((part for part in parts if part.holds(each.finding.location)), None)
        if part is not None:
            numbers = counted.setdefault(part, {})
            numbers[each.severity] = numbers.get(each.severity, 0) + 1
    return counted


def _elsewhere(drawing: Drawing, findings: Iterable[Reported]) -> Iterator[str]:
    """The resources of the same template on which findings stand, and which are not drawn."""
    drawn = [part for part in drawing.parts if part is not drawing.title]
    others: dict[tuple[str, str], list[Reported]] = {}
    for each in findings:
        location = each.finding.location
        if location.template == drawing.title.template and not any(part.holds(location) for part in drawn):
            others.setdefault((location.template, location.logical_id), []).append(each)
    if others:
        yield '<p class="elsewhere">Also on '
        for (template, logical_id), found in others.items():
            worst = worst_of(each.severity for each in found)
            text = f"{escape(logical_id or 'the template')} <b>{len(found)}</b>"
            yield f'<a class="{worst}" href="#{anchor(template, logical_id)}">{text}</a>'
        yield "</p>"


def _unchecked(report: Report) -> Iterator[str]:
    said = [str(each) for each in report.unchecked]
    said += [f"rule {each.rule.id} crashed on {each.subject}: a bug of Shipway" for each in report.crashes]
    if said:
        yield '<h2>Not checked</h2><ul class="panel plain">'
        yield from (f"<li>{escape(each)}</li>" for each in said)
        yield "</ul>"


def _findings(report: Report) -> Iterator[str]:
    if not report.findings:
        if report.templates:
            yield '<p class="panel good">No finding.</p>'
        return
    yield '<div class="filters">'
    for severity in Severity:
        if report.number_of(severity):
            yield f'<button value="{severity.value}" aria-pressed="false">{_NOUNS[severity]}</button>'
    yield '<input type="search" placeholder="Filter by resource, file, rule, word" aria-label="Filter"></div>'
    anchors: set[str] = set()
    for family in Family:
        found = sorted((each for each in report.findings if each.rule.family is family), key=_order)
        if found:
            yield f'<section class="family"><h2>{family.value}</h2>'
            for _, alike in groupby(found, key=lambda each: (each.severity, each.rule.id)):
                yield from _rule(list(alike), anchors)
            yield "</section>"


def _order(reported: Reported) -> tuple[int, str, str, int]:
    location = reported.finding.location
    return reported.severity.rank, reported.rule.id, location.template, location.line


def _rule(found: list[Reported], anchors: set[str]) -> Iterator[str]:
    rule, severity = found[0].rule, found[0].severity.value
    yield f'<article class="panel rule" data-severity="{severity}"><header>'
    yield f'<span class="tag {severity}">{severity}</span><h3>{escape(rule.title)}</h3>'
    yield f'<code class="id">{rule.id} {rule.name}</code></header>'
    for remedy, alike in groupby(found, key=lambda each: each.remedy):
        yield '<ul class="findings">'
        for each in alike:
            name = anchor(each.finding.location.template, each.finding.location.logical_id)
            identified = "" if name in anchors else f' id="{name}"'
            anchors.add(name)
            yield f"<li{identified}><p>{escape(each.message)}{_doubt(each)}</p>"
            yield f"{_place(each.finding.location)}</li>"
        yield f'</ul><p class="remedy">{escape(remedy)}</p>'
    yield f"<details><summary>Why, and an example</summary><p>{escape(rule.rationale)}</p>"
    yield f'<p><a href="{escape(rule.source)}" rel="noreferrer">{escape(rule.source)}</a></p>'
    yield f"<pre><code>{escape(rule.good.strip())}</code></pre></details></article>"


def _doubt(reported: Reported) -> str:
    if reported.confidence is Confidence.HIGH:
        return ""
    return f' <span class="doubt">({reported.confidence.value} confidence)</span>'


def _place(location: Location) -> str:
    within = ".".join(filter(None, (location.logical_id, location.property_path)))
    construct = f" · {location.construct_path}" if location.construct_path else ""
    return f'<p class="place">{escape(f"{location} · {within}{construct}" if within else str(location))}</p>'


def _rest(report: Report) -> Iterator[str]:
    """What is neither a finding nor a pass."""
    if report.undetermined:
        yield "<h2>Undetermined</h2><ul class='panel plain'>"
        for each in report.undetermined:
            told = f"{each.rule.id} {each.rule.name}: {each.undetermined.reason}"
            yield f"<li>{escape(told)}{_place(each.undetermined.location)}</li>"
        yield "</ul>"
    if report.suppressed:
        yield "<h2>Allowed</h2><ul class='panel plain'>"
        for suppressed in report.suppressed:
            reported, allowance = suppressed
            told = f"{reported.rule.id} {reported.message}: {allowance.reason}"
            yield f"<li>{escape(told)}{_place(reported.finding.location)}</li>"
        yield "</ul>"
    if report.allowances:
        yield "<h2>Allowances to look at</h2><ul class='panel plain'>"
        for note in report.allowances:
            yield f"<li>{escape(f'{note.rule} in {note.stated_in} {note.problem}')}</li>"
        yield "</ul>"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
