"""AWS::Lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.function import Function, FunctionPermission

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _function(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Function:
    return Function(
        **declared,
        role=cursor.text("Role"),
        code=cursor.text("Code", "ZipFile"),
        runtime=cursor.text("Runtime"),
        handler=cursor.text("Handler"),
        variables=cursor.mapping("Environment", "Variables"),
        log_group=cursor.text("LoggingConfig", "LogGroup"),
    )


def _permission(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> FunctionPermission:
    return FunctionPermission(
        **declared,
        function=cursor.text("FunctionName"),
        principal=cursor.text("Principal"),
        source_arn=cursor.text("SourceArn"),
    )


PARSERS: dict[str, Parser] = {
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
}
