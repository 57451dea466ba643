"""``shipway replay``: shows a rehearsal again from its events."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shipway.errors import EXIT_CLEAN, InputError
from shipway.rehearsal.jsonl import read
from shipway.views.plain import PlainView
from shipway.views.terminal import TerminalView
from shipway.views.web.frames import frames
from shipway.views.web.page import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.rehearsal.events import Envelope


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=4.0,
    show_default=True,
    help="How many times faster than it was.",
)
@click.option(
    "--html",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as one HTML page instead, with a slider over its time.",
)
def command(*, file: Path, speed: float, target: Path | None) -> int:
    """Show the rehearsal whose events are in FILE (events.jsonl of a run's folder) again."""
    envelopes = tuple(read(file.read_text(encoding="utf-8").splitlines(), where=str(file)))
    if target:
        _export(envelopes, file, target)
        return EXIT_CLEAN
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


def _export(envelopes: Sequence[Envelope], file: Path, target: Path) -> None:
    if not envelopes:
        raise InputError("no events to show", where=str(file), remedy="Give the events.jsonl of a run")
    text = page(frames(envelopes), live=False)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            "the page cannot be written",
            where=str(target),
            value=error.strerror or str(error),
            remedy="Name a file in a folder that you may write to",
        ) from error
