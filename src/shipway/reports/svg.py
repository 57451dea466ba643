"""A drawing of a pipeline as inline SVG: cards in columns, each part with the findings that stand on it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shipway.checks.finding import Severity
    from shipway.reports.drawing import Card, Column, Drawing, Part

_CARD, _GAP = 198, 36
_ABREAST = 5
"""Columns in a row: as many as the page is wide."""
_TOP, _HEAD, _ROW, _PAD = 34, 50, 22, 10
_LETTERS = 20
_NUMBER = 18
"""Width and height of the badge with the number of findings."""


def svg(drawing: Drawing, found: Mapping[Part, Mapping[Severity, int]]) -> str:
    """The drawing; `found` says how many findings of which severity stand on a part."""
    columns = drawing.columns
    rows = [columns[start : start + _ABREAST] for start in range(0, len(columns), _ABREAST)]
    width = min(len(columns), _ABREAST) * (_CARD + _GAP) - _GAP
    height = sum(max(map(_height, row)) for row in rows)
    label = escape(f"{drawing.title.text}, from what starts it to who is told")
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [f'<svg class="pipeline" role="img" aria-label="{label}" {size}>']
    top = 0
    for row in rows:
        for number, column in enumerate(row):
            lines += _column(column, number * (_CARD + _GAP), top, found, last=number == len(row) - 1)
        top += max(map(_height, row))
    return "\n".join([*lines, "</svg>"])


def _height(column: Column) -> int:
    return _TOP + sum(_card_height(card) + _PAD for card in column.cards)


def _card_height(card: Card) -> int:
    return _HEAD + _ROW * len(card.parts) + (_PAD if card.parts else 0)


def _column(
    column: Column, left: int, top: int, found: Mapping[Part, Mapping[Severity, int]], *, last: bool
) -> Iterator[str]:
    yield f'<text class="stage" x="{left + 2}" y="{top + 20}">{_short(column.title)}</text>'
    top += _TOP
    if not last:
        end = left + _CARD + _GAP
        yield f'<path class="flow" d="M{left + _CARD + 6} {top + _HEAD // 2}H{end - 9}m-6 -5l6 5l-6 5"/>'
    for card in column.cards:
        yield from _card(card, left, top, found)
        top += _card_height(card) + _PAD


def _card(card: Card, left: int, top: int, found: Mapping[Part, Mapping[Severity, int]]) -> Iterator[str]:
    worst = worst_of(severity for part in card.parts for severity in found.get(part, {}))
    height = _card_height(card)
    yield f'<g class="card {worst}"><title>{escape(f"{card.kind} {card.title}")}</title>'
    size = f'width="{_CARD - 1}" height="{height - 1}"'
    yield f'<rect class="box" x="{left + 0.5}" y="{top + 0.5}" {size} rx="8"/>'
    yield f'<rect class="edge" x="{left}" y="{top + 9}" width="4" height="{height - 18}" rx="2"/>'
    yield f'<text class="title" x="{left + 16}" y="{top + 22}">{_short(card.title)}</text>'
    yield f'<text class="kind" x="{left + 16}" y="{top + 39}">{_short(card.kind)}</text>'
    for number, part in enumerate(card.parts):
        yield from _part(part, left, top + _HEAD + _ROW * number, found.get(part, {}))
    yield "</g>"


def _part(part: Part, left: int, top: int, found: Mapping[Severity, int]) -> Iterator[str]:
    number = sum(found.values())
    letters = _LETTERS - 1 if number else _LETTERS + 5
    text = f'<text class="part" x="{left + 16}" y="{top + 15}">{_short(part.name, letters)}</text>'
    title = f"<title>{escape(part.text)}: {number or 'no'} finding{'s' * (number != 1)}</title>"
    if not number:
        yield f"<g>{title}{text}</g>"
        return
    right = left + _CARD - 12
    yield f'<a href="#{anchor(part.template, str(part.path[1]))}" class="{worst_of(found)}">{title}{text}'
    yield (
        f'<rect class="count" x="{right - _NUMBER - 4}" y="{top + 2}" width="{_NUMBER + 4}"'
        f' height="{_NUMBER}" rx="9"/>'
        f'<text class="number" x="{right - _NUMBER // 2 - 2}" y="{top + 15}">{number}</text></a>'
    )


def worst_of(severities: Iterable[Severity]) -> str:
    """The gravest of some severities, as a class of the style sheet; ``clean`` for none."""
    return min(severities, key=lambda each: each.rank).value if (severities := list(severities)) else "clean"


def anchor(template: str, logical_id: str) -> str:
    """The id on the page of what is said about a resource."""
    return "at-" + "".join(each if each.isalnum() else "-" for each in f"{template}-{logical_id}")


def _short(text: str, letters: int = _LETTERS) -> str:
    return escape(text if len(text) <= letters else f"{text[: letters - 1]}…")
