"""AWS::CodeCommit, and connections to other hosts of code under both names of that service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.source import CodeRepository, Connection

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _repository(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> CodeRepository:
    return CodeRepository(**declared, has_code=cursor.has("Code"))


def _connection(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Connection:
    return Connection(**declared, provider=cursor.text("ProviderType"))


PARSERS: dict[str, Parser] = {
    "AWS::CodeCommit::Repository": _repository,
    "AWS::CodeConnections::Connection": _connection,
    "AWS::CodeStarConnections::Connection": _connection,
}
