"""The command line's outermost layer: finds the command, and turns every error into one line and a code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

import click

from shipway.errors import EXIT_FINDINGS, InternalError, MissingRequirementError, ShipwayError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each is the object `command` of the module of that name, imported only when it is asked for: `shipway check`
# must start in a blink and needs none of what a rehearsal needs.
COMMANDS = {
    "check": "Find what is wrong with delivery pipelines before they are deployed.",
    "rules": "List the rules of shipway check, or explain one of them.",
    "permissions": "Show which calls each role will make, and which of them it may make.",
    "rehearse": "Deliver a project on this machine, from push to green, and try what must not go wrong.",
    "replay": "Show a rehearsal again from its events.",
    "init": "Write a new project, or bring an older one up to date.",
    "credentials": "Write and check the credentials of an image registry.",
}

# Top-level packages that come with an extra only.
_EXTRAS = {
    "aiohttp": "rehearse",
    "boto3": "rehearse",
    "botocore": "rehearse",
    "jmespath": "rehearse",
    "rich": "rehearse",
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See ``click.Group``."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See ``click.Group``."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"shipway.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See ``click.Group``."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="shipway", prog_name="shipway")
def cli() -> None:
    """Blue/green container delivery on AWS: correct, checked, rehearsed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, 1 (findings), 2 (input), 3 (this machine) or 4 (our bug)."""
    try:
        return int(cli.main(arguments, prog_name="shipway", standalone_mode=False) or 0)
    except click.exceptions.Abort:
        return EXIT_FINDINGS
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ShipwayError as error:
        return _refuse(error)
    except Exception as error:  # noqa: BLE001 - the outermost layer: what comes through here is our bug
        missing = _missing_extra(error)
        return _refuse(missing) if missing else _confess(error)


def _missing_extra(error: Exception) -> MissingRequirementError | None:
    if not isinstance(error, ModuleNotFoundError):
        return None
    extra = _EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        return None
    return MissingRequirementError(
        f"the Python package {error.name} is not installed", remedy=f"pip install 'shipway[{extra}]'"
    )


def _refuse(error: ShipwayError) -> int:
    if output := getattr(error, "output", ""):  # of the user's own program, which says it best
        click.echo(output.rstrip(), err=True)
    click.echo(f"shipway: {error}", err=True)
    return error.exit_code


def _confess(error: Exception) -> int:
    # Half of the start of `shipway check` would be these three, which only a bug needs.
    import tempfile  # noqa: PLC0415
    import traceback  # noqa: PLC0415
    from importlib.metadata import version  # noqa: PLC0415

    if os.environ.get("SHIPWAY_DEBUG"):
        traceback.print_exception(error)
        return InternalError.exit_code
    with tempfile.NamedTemporaryFile(
        "w", prefix="shipway-crash-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"shipway {version('shipway')}, Python {sys.version}\n{' '.join(sys.argv)}\n\n")
        traceback.print_exception(error, file=file)
    click.echo(
        f"shipway: {type(error).__name__}: {error}. This is a bug in Shipway, not in your project. "
        f"Please report it with {file.name} (SHIPWAY_DEBUG=1 shows the traceback here)",
        err=True,
    )
    return InternalError.exit_code
