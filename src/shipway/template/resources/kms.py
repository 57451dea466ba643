"""AWS::KMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.storage import Key, KeyAlias
from shipway.template.resources.policies import parse_document_at

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _key(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Key:
    return Key(
        **declared,
        policy=parse_document_at(cursor, "KeyPolicy"),
        pending_days=cursor.integer("PendingWindowInDays"),
    )


def _alias(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> KeyAlias:
    return KeyAlias(**declared, target=cursor.text("TargetKeyId"))


PARSERS: dict[str, Parser] = {"AWS::KMS::Key": _key, "AWS::KMS::Alias": _alias}
