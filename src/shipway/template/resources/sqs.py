"""AWS::SQS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import Queue

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _queue(declared: Declared, _cursor: Cursor, _sources: SourceTree | None) -> Queue:
    return Queue(**declared)


PARSERS: dict[str, Parser] = {"AWS::SQS::Queue": _queue}
