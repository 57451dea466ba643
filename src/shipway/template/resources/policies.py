"""Policy documents, which hang on roles, buckets, keys, topics and repositories alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.identity import PolicyDocument, Statement
from shipway.model.value import Known, Many

if TYPE_CHECKING:
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor


def parse_document(cursor: Cursor) -> PolicyDocument:
    """The policy that stands at a place."""
    statements = cursor.items("Statement")
    return PolicyDocument(
        location=cursor.location,
        statements=Many.of([_statement(each) for each in statements], statements.rest),
        tree=cursor.tree(),
    )


def parse_document_at(cursor: Cursor, *path: str) -> PolicyDocument | None:
    """The policy at a path; None when there is none."""
    return parse_document(cursor.child(*path)) if cursor.has(*path) else None


def _statement(cursor: Cursor) -> Statement:
    return Statement(
        location=cursor.location,
        sid=cursor.text("Sid"),
        effect=cursor.text("Effect"),
        actions=cursor.texts("Action"),
        not_actions=cursor.texts("NotAction"),
        resources=cursor.texts("Resource"),
        not_resources=cursor.texts("NotResource"),
        principals=_principals(cursor.child("Principal")),
        conditions=cursor.tree("Condition") if cursor.has("Condition") else {},
    )


def _principals(cursor: Cursor) -> dict[str, Many[Value[str]]]:
    if isinstance(cursor.raw, str):
        return {"AWS": Many((Known(cursor.raw),))}
    return {key: entry.texts() for key, entry in cursor.entries()}
