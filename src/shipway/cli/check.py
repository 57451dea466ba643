"""``shipway check``."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shipway.errors import EXIT_CLEAN, EXIT_FINDINGS, InternalError
from shipway.reports import FORMATS

if TYPE_CHECKING:
    from shipway.checks.report import Report

_FAIL_ON = ("error", "warning", "info", "never")


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format", "format_", type=click.Choice(sorted(FORMATS)), default="text", help="What to write to stdout."
)
@click.option(
    "--fail-on",
    type=click.Choice(_FAIL_ON),
    help="The mildest severity that makes the exit code 1.  [default: warning]",
)
@click.option(
    "--select", multiple=True, metavar="RULE", help="Ask only these rules: an id, a name, or a family."
)
@click.option("--ignore", multiple=True, metavar="RULE", help="Do not ask these rules.")
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False),
    help="The directory of the source that the pipeline builds: its buildspecs and tests are read.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False),
    help="A pyproject.toml or shipway.toml.  [default: the one in the current directory]",
)
def command(  # noqa: PLR0917 -- click passes one argument per option, by name
    paths: tuple[str, ...],
    format_: str,
    fail_on: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    source: str | None,
    config: str | None,
) -> int:
    """Find what is wrong with delivery pipelines before they are deployed.

    PATH is a template (JSON or YAML), "-" for standard input, a pattern, a cdk.out directory, a CDK project,
    or a directory of templates; the current directory when none is given.

    The exit code is 0 when there is nothing to report, 1 with findings, 2 when something cannot be read.
    """
    # Parsing makes many objects and no garbage in cycles; a collection would visit all of them for nothing.
    gc.disable()
    from shipway.checks.checking import check_paths  # noqa: PLC0415 -- `shipway check --help` needs no rules
    from shipway.checks.configuration import find_configuration, read_configuration  # noqa: PLC0415
    from shipway.checks.registry import select as select_rules  # noqa: PLC0415
    from shipway.checks.suppressions import today  # noqa: PLC0415
    from shipway.reports import render  # noqa: PLC0415

    settings = read_configuration(Path(config)) if config else find_configuration(Path())
    rules = select_rules(select or settings.select, ignore or settings.ignore)
    report = check_paths(
        paths or (".",),
        rules,
        today(),
        settings.allowances,
        source=source,
        keep_graphs=format_ == "html",
    )
    click.echo(render(report, format_))
    if format_ != "text":  # which says it itself
        for error in report.unchecked:
            click.echo(f"shipway: {error}", err=True)
    _report_bugs(report)
    gc.freeze()  # the interpreter looks for garbage once more when it ends: a twelfth of the time of a check
    return _exit_code(report, fail_on or settings.fail_on or "warning")


def _report_bugs(report: Report) -> None:
    for crash in report.crashes:
        click.echo(f"{crash.rule.id} crashed on {crash.subject}\n{crash.error}", err=True)
    for error in report.unchecked:
        for note in getattr(error, "__notes__", ()):  # the traceback, where it is a bug of ours
            click.echo(note, err=True)


def _exit_code(report: Report, fail_on: str) -> int:
    """That of the gravest: our bugs, what this machine lacks, what cannot be read, findings."""
    failing = _FAIL_ON[: _FAIL_ON.index(fail_on) + 1] if fail_on != "never" else ()
    found = any(each.severity.value in failing for each in report.findings)
    return max(
        EXIT_FINDINGS if found else EXIT_CLEAN,
        InternalError.exit_code if report.crashes else EXIT_CLEAN,
        *(error.exit_code for error in report.unchecked),
    )
