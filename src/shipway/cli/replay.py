"""``shipway replay``: shows a rehearsal again from its events."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console

from shipway.errors import EXIT_CLEAN
from shipway.rehearsal.jsonl import read
from shipway.views.plain import PlainView
from shipway.views.terminal import TerminalView


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=4.0,
    show_default=True,
    help="How many times faster than it was.",
)
def command(*, file: Path, speed: float) -> int:
    """Show the rehearsal whose events are in FILE (events.jsonl of a run's folder) again."""
    envelopes = tuple(read(file.read_text(encoding="utf-8").splitlines(), where=str(file)))
    console = Console()
    if not console.is_terminal:
        view = PlainView(sys.stdout)
        for envelope in envelopes:
            view(envelope)
        return EXIT_CLEAN
    now = envelopes[0].at if envelopes else 0.0
    with TerminalView(console, lambda: now) as terminal:
        for envelope in envelopes:
            while now < envelope.at:
                tick = min(0.1, (envelope.at - now) / speed)
                time.sleep(tick)
                now += tick * speed
            terminal(envelope)
    return EXIT_CLEAN
