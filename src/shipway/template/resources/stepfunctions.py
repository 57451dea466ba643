"""AWS::StepFunctions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.function import StateMachine

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _state_machine(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> StateMachine:
    return StateMachine(
        **declared,
        role=cursor.text("RoleArn"),
        definition=cursor.text("DefinitionString"),
    )


PARSERS: dict[str, Parser] = {"AWS::StepFunctions::StateMachine": _state_machine}
