"""AWS::SSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.secrets import StoredParameter

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _parameter(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> StoredParameter:
    return StoredParameter(**declared, type=cursor.text("Type"), value=cursor.text("Value"))


PARSERS: dict[str, Parser] = {"AWS::SSM::Parameter": _parameter}
