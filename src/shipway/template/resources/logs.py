"""AWS::Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.logs import LogGroup

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _group(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> LogGroup:
    return LogGroup(**declared, retention_days=cursor.integer("RetentionInDays"), key=cursor.text("KmsKeyId"))


PARSERS: dict[str, Parser] = {"AWS::Logs::LogGroup": _group}
