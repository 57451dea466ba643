"""Draws the picture in the README from the events of a real rehearsal.

Usage: python tools/picture.py EVENTS.jsonl docs/rehearsal.svg
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console, Group

from shipway.rehearsal.events import WeightsChanged
from shipway.rehearsal.jsonl import read
from shipway.rehearsal.state import RunState, fold, replay
from shipway.views.screen import screen
from shipway.views.summary import summary

if TYPE_CHECKING:
    from shipway.rehearsal.facts import Weight

WIDTH = 110


def main(events: Path, picture: Path) -> None:
    """Both screens in one picture: the middle of the shift, and the end."""
    envelopes = tuple(read(events.read_text(encoding="utf-8").splitlines(), where=str(events)))
    shifting = RunState()
    for envelope in envelopes:
        shifting = fold(shifting, envelope)
        if isinstance(envelope.event, WeightsChanged) and _is_divided(envelope.event.weights):
            break
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Group(screen(shifting, shifting.last), summary(replay(envelopes))))
    # The same events give the same file: the id would otherwise be made anew each time.
    drawn = console.export_svg(title="shipway rehearse examples/hello", unique_id="rehearsal")
    # A picture that is looked at fetches nothing: any monospaced font will do.
    picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL), encoding="utf-8")


def _is_divided(weights: tuple[Weight, ...]) -> bool:
    return sum(1 for weight in weights if weight.percent) > 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
