"""``shipway rehearse``: parse, rehearse, show, exit code."""

from __future__ import annotations

import json
import re
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shipway import bootstrap
from shipway.errors import EXIT_CLEAN, EXIT_FINDINGS
from shipway.rehearsal.events import Envelope, RehearsalFinished
from shipway.rehearsal.facts import Outcome
from shipway.rehearsal.state import RunState, fold
from shipway.views.document import document
from shipway.views.plain import PlainView
from shipway.views.planned import planned
from shipway.views.terminal import TerminalView
from shipway.views.web.server import WebView

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def _pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE")
    return tuple((value.partition("=")[0], value.partition("=")[2]) for value in values)


def _account(_: click.Context, __: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"\d{12}", value):
        raise click.BadParameter(f"{value!r} is not 12 digits")
    return value


@click.command("rehearse")
@click.argument("project", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be done, and do nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document when it is over.")
@click.option("--web", is_flag=True, help="Show the rehearsal as a page on 127.0.0.1, too.")
@click.option(
    "--web-port", type=click.IntRange(0, 65535), default=None, help="Port of the page.  [default: a free one]"
)
@click.option("--keep", is_flag=True, help="Leave the cloud up at the end, until Ctrl-C.")
@click.option(
    "--engine",
    type=click.Choice(bootstrap.ENGINES),
    default="process",
    show_default=True,
    help="How images are built and tasks run.",
)
@click.option(
    "--time-scale",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds of AWS that pass in one second.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port of the local cloud on 127.0.0.1.  [default: a free one]",
)
@click.option(
    "--account", default="123456789012", show_default=True, callback=_account, help="What the app sees."
)
@click.option("--region", default="us-east-1", show_default=True, help="What the app sees.")
@click.option("-c", "--context", multiple=True, metavar="KEY=VALUE", callback=_pairs, help="CDK context.")
def command(
    *,
    project: Path,
    only_plan: bool,
    as_json: bool,
    web: bool,
    web_port: int | None,
    keep: bool,
    engine: str,
    time_scale: float,
    port: int,
    account: str,
    region: str,
    context: tuple[tuple[str, str], ...],
) -> int:
    """Deliver the CDK project in DIR on this machine, from git push to green.

    Its app is synthesized and deployed to a local cloud, its source is pushed, and the pipeline that the
    push starts is followed under constant load. Two commits that must not reach the users are tried, and
    everything is deleted. The exit code is 1 when anything was not as it should be.
    """
    settings = bootstrap.Settings(project, engine, time_scale, port, keep, account, region, context)
    if (web and only_plan) or (web_port is not None and not web):
        raise click.UsageError("--web shows a rehearsal: it goes without --plan, and --web-port with it")
    if only_plan:
        click.echo(planned(bootstrap.plan(settings)))
        return EXIT_CLEAN
    with ExitStack() as stack:
        # A closed terminal and a polite kill end a rehearsal in the same order as Ctrl-C does.
        for number in (signal.SIGTERM, signal.SIGHUP):
            stack.callback(signal.signal, number, signal.signal(number, _interrupt))
        listeners: list[Callable[[Envelope], None]] = []
        if web:
            listeners.append(page := stack.enter_context(WebView(web_port or 0)))
            click.echo(f"The page of this rehearsal: {page.url}", err=True)
        console = Console(stderr=True)
        listeners.append(
            stack.enter_context(TerminalView(console)) if console.is_terminal else PlainView(sys.stderr)
        )
        if as_json:
            listeners.append(JsonPrinter())
        outcome = bootstrap.rehearse(settings, *listeners)
    return EXIT_CLEAN if outcome is Outcome.SUCCEEDED else EXIT_FINDINGS


class JsonPrinter:
    """A listener that prints the document on stdout as soon as the verdict is known."""

    def __init__(self) -> None:
        self._state = RunState()

    def __call__(self, envelope: Envelope) -> None:
        """Take in one event."""
        self._state = fold(self._state, envelope)
        if isinstance(envelope.event, RehearsalFinished):
            click.echo(json.dumps(document(self._state), indent=2, ensure_ascii=False))


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
