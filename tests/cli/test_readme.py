"""The commands in README.md and docs/ exist, with the options that they are shown with."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from shipway.cli.app import cli

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(program: str) -> list[tuple[str, str]]:
    """Each line of a `sh` block that calls `program`, with the page it stands on."""
    return [
        (page.name, line.partition("#")[0].strip())
        for page in PAGES
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        for line in block.splitlines()
        if line.startswith(f"{program} ")
    ]


@pytest.mark.parametrize(("page", "line"), commands("shipway"))
def test_shipway_understands_the_line(page: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    name, *arguments = shlex.split(line)[1:]
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None, f"{page}: there is no command {name}"

    command.make_context(name, arguments, parent=context)  # raises on an option that does not exist


@pytest.mark.parametrize(("page", "line"), commands("make"))
def test_make_knows_the_target(page: str, line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{shlex.split(line)[1]}:", makefile, re.MULTILINE), f"{page}: no target"


def test_the_pages_show_commands_at_all() -> None:
    assert {line.split()[1] for _, line in commands("shipway")} >= {"check", "rehearse", "rules"}
    assert {line.split()[1] for _, line in commands("make")} >= {"rehearse", "test"}
