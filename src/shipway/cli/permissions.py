"""``shipway permissions``."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from shipway.errors import EXIT_CLEAN, EXIT_FINDINGS, InputError, ShipwayError

if TYPE_CHECKING:
    from shipway.permissions.audit import RoleAudit


@click.command("permissions")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--role", metavar="ID", help="Only the role with this logical id.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "policy"]),
    default="table",
    help="What to write to stdout; `policy` is the smallest policy that the calls need.",
)
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False),
    help="The directory of the source that the pipeline builds: its buildspecs are read.",
)
def command(paths: tuple[str, ...], role: str | None, format_: str, source: str | None) -> int:
    """Show which calls each role will make, which of them it may make, and what it may do in vain.

    PATH is as in `shipway check`; the current directory when none is given.

    The exit code is 1 when a call is denied without which the delivery fails.
    """
    gc.disable()  # as in `shipway check`
    from shipway.permissions.audit import audit  # noqa: PLC0415 -- `--help` needs none of it
    from shipway.reports.permissions import FORMATS  # noqa: PLC0415
    from shipway.template.build_graph import build_graphs  # noqa: PLC0415
    from shipway.template.inputs import read_systems  # noqa: PLC0415

    audits: list[RoleAudit] = []
    for system in read_systems(paths or (".",), source):
        if isinstance(system, ShipwayError):
            raise system
        audits += audit(tuple(build_graphs(system.templates, system.sources, system.nested)))
    chosen = [each for each in audits if role is None or each.role == role]
    if role is not None and not chosen:
        known = ", ".join(each.role for each in audits) or "none"
        raise InputError(
            "no role has this logical id", value=role, remedy=f"The templates have these roles: {known}"
        )
    click.echo(FORMATS[format_](chosen))
    failing = any(row.fails for each in chosen for row in each.missing)
    return EXIT_FINDINGS if failing else EXIT_CLEAN
