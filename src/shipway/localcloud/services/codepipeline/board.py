"""Who is in which stage and who waits for it: the rules of AWS's execution modes, without threads.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shipway.localcloud.services.codepipeline.declaration import ExecutionMode

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Board:
    """The positions of a pipeline's executions; every move gives a new board.

    Attributes:
        inside: Stage -> executions that hold it; at most one unless the mode is PARALLEL.
        waiting: Stage -> executions in front of it, oldest first.
        disabled: Stages whose inbound transition is disabled.
    """

    mode: ExecutionMode
    inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()

    def arrive(self, execution: str, stage: str) -> tuple[Board, tuple[str, ...]]:
        """Put an execution in front of a stage; also gives the executions that it supersedes."""
        line = self.waiting.get(stage, ())
        superseded = line if self.mode is ExecutionMode.SUPERSEDED else ()
        kept = tuple(each for each in line if each not in superseded)
        return replace(self, waiting={**self.waiting, stage: (*kept, execution)}), superseded

    def admit(self, stage: str) -> tuple[Board, str | None]:
        """Let the first in line enter, if the transition is enabled and the stage is free."""
        line, inside = self.waiting.get(stage, ()), self.inside.get(stage, ())
        locked = bool(inside) and self.mode is not ExecutionMode.PARALLEL
        if not line or locked or stage in self.disabled:
            return self, None
        first, rest = line[0], line[1:]
        moved = replace(
            self,
            waiting={**self.waiting, stage: rest},
            inside={**self.inside, stage: (*inside, first)},
        )
        return moved, first

    def remove(self, execution: str) -> Board:
        """Take an execution off the board: its stage is over, or it was stopped while it waited."""
        return replace(
            self,
            inside={stage: _without(ids, execution) for stage, ids in self.inside.items()},
            waiting={stage: _without(ids, execution) for stage, ids in self.waiting.items()},
        )

    def enable(self, stage: str) -> Board:
        """Enable the transition into a stage."""
        return replace(self, disabled=self.disabled - {stage})

    def disable(self, stage: str) -> Board:
        """Disable the transition into a stage; who is inside stays."""
        return replace(self, disabled=self.disabled | {stage})

    def on(self, execution: str) -> bool:
        """Whether the execution is inside or in front of a stage."""
        return any(execution in ids for ids in (*self.inside.values(), *self.waiting.values()))

    def waits(self, execution: str) -> bool:
        """Whether it stands in front of a stage."""
        return any(execution in ids for ids in self.waiting.values())


def _without(ids: tuple[str, ...], execution: str) -> tuple[str, ...]:
    return tuple(each for each in ids if each != execution)
