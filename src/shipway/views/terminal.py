"""Shows a rehearsal on a terminal while it runs, and its summary when it is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.text import Text

from shipway.rehearsal import events as ev
from shipway.rehearsal.state import RunState, fold
from shipway.views.screen import screen
from shipway.views.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from rich.console import Console

_FRAMES_PER_SECOND = 4


class TerminalView:
    """A listener for a terminal that can move its cursor; use it as a context manager.

    Args:
        console: Where to draw.
        now: Seconds since the epoch; a replay gives its own.
    """

    def __init__(self, console: Console, now: Callable[[], float] = time.time) -> None:
        self._console = console
        self._now = now
        self._state = RunState()
        self._live = Live(
            console=console,
            get_renderable=lambda: screen(self._state, self._now()),
            refresh_per_second=_FRAMES_PER_SECOND,
            transient=True,
        )

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave a tidy terminal, however it ended."""
        self._live.stop()

    def __call__(self, envelope: ev.Envelope) -> None:
        """Take in one event."""
        self._state = fold(self._state, envelope)
        match envelope.event:
            case ev.RehearsalFinished():
                self._live.stop()
                self._console.print(summary(self._state))
            case ev.KeptRunning(endpoint):
                self._console.print(kept(self._state, endpoint))
            case ev.Interrupted() if self._state.verdict:
                self._console.print("   Stopping: everything is removed.", style="yellow")
            case _:
                pass


def kept(state: RunState, endpoint: str) -> Text:
    """How to use the cloud that stays up, and how to end it."""
    text = Text("   The cloud stays up.\n\n", "bold")
    if state.cloud:
        text.append(
            f"   export AWS_ENDPOINT_URL={endpoint} AWS_DEFAULT_REGION={state.cloud.region}\n"
            f"   export AWS_ACCESS_KEY_ID={state.cloud.account} AWS_SECRET_ACCESS_KEY=none\n"
        )
    if state.delivery:
        text.append(f"   The service answers at {state.delivery.url}\n")
    return text.append("\n   Ctrl-C stops it and removes everything.\n", "dim")
