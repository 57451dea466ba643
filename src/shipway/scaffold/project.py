"""Writes a project, and brings one that was written by an older shipway up to date."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.errors import InputError, MissingRequirementError
from shipway.scaffold.templates import TEMPLATES, make_repository, revisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.scaffold.request import Request

ANSWERS = ".copier-answers.yml"
LOCAL = "local.mk"


def write(request: Request, parent: Path) -> Path:
    """Write a new project; it is there as a whole or not at all.

    Args:
        request: What it is to be.
        parent: The folder in which its own folder is made, or filled when it is there and empty.

    Returns:
        The project's folder.

    Raises:
        InputError: Something stands in the way, or the parent cannot be written to.
        MissingRequirementError: copier is not installed.
    """
    _require_copier()
    target = parent / request.name
    _require_free(target)
    try:
        # Next to the target: a rename within one folder cannot be half done.
        scratch = Path(tempfile.mkdtemp(prefix=".shipway-init-", dir=parent))
    except OSError as error:
        raise InputError(
            "no project can be written here",
            where=str(parent.resolve()),
            value=error.strerror or str(error),
            remedy="Change to a folder that you may write to",
        ) from error
    try:
        written = scratch / request.name
        data = {"name": request.name, "email": request.email, "github": request.github}
        _copier("copy", *_data(data), str(TEMPLATES / revisions()[-1]), str(written))
        (written / LOCAL).write_text(_local(sys.executable), encoding="utf-8")
        written.rename(target)
    finally:
        shutil.rmtree(scratch)
    return target


def update(project: Path, templates: Path = TEMPLATES) -> str:
    """Bring a project up to the newest revision; what its team changed stays.

    Args:
        project: Its folder, in a git repository without uncommitted changes.
        templates: Where the revisions are.

    Returns:
        The newest revision.

    Raises:
        InputError: It is no project of ours, or its repository does not allow it; the message says why.
        MissingRequirementError: copier or git is missing.
    """
    _require_copier()
    if shutil.which("git") is None:
        raise MissingRequirementError(
            "no git", where="PATH", remedy="Install git: a project is brought up to date with it"
        )
    if not (project / ANSWERS).is_file():
        raise InputError(
            f"no {ANSWERS}",
            where=str(project),
            remedy="Name the folder of a project that shipway init wrote: shipway init --update DIR",
        )
    _require_known_revision(project / ANSWERS, revisions(templates))
    with tempfile.TemporaryDirectory(prefix="shipway-init-") as scratch:
        environment = make_repository(Path(scratch) / "template", templates)
        _copier(
            "update",
            *_data({}),
            str(project),
            environment={**environment, "COPIER_CACHE_DIR": str(Path(scratch) / "cache")},
        )
    return revisions(templates)[-1]


def _require_copier() -> None:
    if importlib.util.find_spec("copier") is None:
        raise MissingRequirementError(
            "the Python package copier is not installed", remedy="pip install 'shipway[init]'"
        )


def _require_free(target: Path) -> None:
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise InputError(
            "something is there already",
            where=str(target),
            remedy="Choose another name, or remove it; shipway init --update brings a project up to date",
        )


def _require_known_revision(answers: Path, known: tuple[str, ...]) -> None:
    written_by = re.search(r"^_commit: (\S+)$", answers.read_text(encoding="utf-8"), re.MULTILINE)
    if written_by is None or written_by.group(1) not in known:
        raise InputError(
            "the project is of a revision that this shipway does not know",
            where=str(answers),
            value=written_by.group(1) if written_by else "none",
            remedy=f"It knows {', '.join(known)}: pip install --upgrade shipway",
        )


def _data(data: Mapping[str, str]) -> list[str]:
    values = {**data, "shipway_version": version("shipway")}
    return [argument for name, value in values.items() for argument in ("--data", f"{name}={value}")]


def _copier(command: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Run copier as a program: what it sets in git's environment ends with it, and Ctrl-C reaches it, too."""
    done = subprocess.run(
        [sys.executable, "-m", "copier", command, "--defaults", "--quiet", *arguments],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise InputError(
            f"copier {command} failed",
            where=arguments[-1],
            value=said[-1] if said else f"exit code {done.returncode}",
            remedy="Mend what it says, and run the same command again",
        )


def _local(interpreter: str) -> str:
    return (
        "# Written by shipway init, for this machine only: the Python that has shipway.\n"
        f"PYTHON := {interpreter.replace('$', '$$').replace('#', chr(92) + '#')}\n"
    )
