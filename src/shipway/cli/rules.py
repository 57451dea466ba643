"""``shipway rules``."""

from __future__ import annotations

import click

from shipway.errors import EXIT_CLEAN, InputError


@click.command("rules")
@click.argument("rule", required=False)
def command(rule: str | None) -> int:
    """List the rules of shipway check, or explain one of them (an id or a name)."""
    from shipway.checks.registry import all_rules, rule_named  # noqa: PLC0415 -- `--help` needs no rules
    from shipway.checks.rule_page import page  # noqa: PLC0415

    if rule is None:
        for each in all_rules():
            click.echo(f"{each.id:9} {each.severity.value:8} {each.name:34} {each.title}")
        return EXIT_CLEAN
    found = rule_named(rule)
    if found is None:
        raise InputError("no rule has this id or name", value=rule, remedy="`shipway rules` lists them all")
    click.echo(page(found))
    return EXIT_CLEAN
