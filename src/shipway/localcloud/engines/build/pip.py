"""``pip install`` of a ``RUN``: what it asks for, carried out into a folder that becomes a layer."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import posixpath
import subprocess
import sysconfig
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.localcloud.engines.oci.rootfs import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

IMAGE_PYTHON = "/usr/local/bin/python"
_TAKES_PATH = {
    "-r": "--requirement", "-c": "--constraint", "-f": "--find-links", "-t": "--target", "-e": "--editable",
}  # fmt: skip
_PATHS = frozenset({"--requirement", "--constraint", "--find-links"})
_DROPPED = frozenset({"--no-cache-dir", "--user", "--compile", "--no-compile", "--break-system-packages"})
_REFUSED = frozenset({"--root", "--python", "--dry-run", "--src", "--report"})
_INSTALLED = "direct_url.json"


class UnsupportedPipError(Exception):
    """A ``pip install`` that cannot be carried out here; the message says which option."""


@dataclass(frozen=True)
class PipInstall:
    """A ``pip install`` as this engine carries it out.

    Args:
        arguments: For pip, paths of the image replaced.
        folder: Where in the image it installs: a prefix, or with ``--target`` the very folder.
        is_target: Whether ``folder`` is a ``--target``.
        editable: Whether ``-e`` was asked for and a plain install is done.
    """

    arguments: tuple[str, ...]
    folder: str
    is_target: bool
    editable: bool


def read_pip_install(words: Sequence[str], root: Path, here: str, prefix: str, home: str) -> PipInstall:
    """Read the words after ``install``.

    Args:
        words: Options and requirements.
        root: The image's files.
        here: The working directory in the image.
        prefix: Where the image's own pip would install, e.g. ``/usr/local``.
        home: Of the image's user, for ``--user``.

    Raises:
        UnsupportedPipError: An option that has no meaning without a container.
    """
    arguments: list[str] = []
    folder, is_target, editable = prefix, False, False
    pending = list(reversed(words))
    while pending:
        word = pending.pop()
        option, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        option = _TAKES_PATH.get(option, option)
        if option in _REFUSED:
            raise UnsupportedPipError(f"pip's option {option} is not supported")
        if option == "--user":
            folder = posixpath.join(home, ".local")
        elif option in {"--target", "--prefix"}:
            folder = posixpath.join(here, value if equals else _next(pending, word))
            is_target = option == "--target"
        elif option == "--editable":
            editable = True
            arguments += _requirement(value if equals else _next(pending, word), root, here)
        elif option in _PATHS:
            path = value if equals else _next(pending, word)
            arguments += [option, path if "://" in path else str(inside(root, posixpath.join(here, path)))]
        elif option not in _DROPPED:
            arguments += [word] if word.startswith("-") else _requirement(word, root, here)
    return PipInstall(tuple(arguments), posixpath.normpath(folder), is_target, editable)


def _next(pending: list[str], option: str) -> str:
    if not pending:
        raise UnsupportedPipError(f"pip's option {option} lacks its value")
    return pending.pop()


def _requirement(word: str, root: Path, here: str) -> list[str]:
    """A requirement; one that is a path, with or without ``*``, becomes a path of this machine."""
    path, bracket, extras = word.partition("[")
    if not path.startswith((".", "/")) and "/" not in path:
        return [word]
    if "://" in word or " @ " in word:
        return [word]
    place = inside(root, posixpath.join(here, path))
    if "*" in place.name:
        return [str(match) for match in sorted(place.parent.glob(place.name))] or [word]
    return [f"{place}{bracket}{extras}"]


def run_pip(
    install: PipInstall,
    *,
    library: str,
    python: Path,
    output: Path,
    root: Path,
    here: Path,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> int:
    """Carry it out; returns pip's exit code.

    Args:
        install: What to install.
        library: The folder of the image's Python below a prefix, e.g. ``lib/python3.12``.
        python: The interpreter whose pip is used.
        output: Receives the new files, as a root of its own.
        root: The image's files so far.
        here: The working directory, below ``root``.
        environment: Of pip.
        say: Receives pip's output.
    """
    destination = output / install.folder.lstrip("/")
    place = (
        ["--target", str(destination)]
        if install.is_target
        # Without --ignore-installed pip would leave out what the build's own environment has.
        else ["--prefix", str(destination), "--ignore-installed"]
    )
    # Byte code holds times: without it the same requirements give the same layer.
    fixed = ["--no-compile", "--no-warn-script-location", "--no-warn-conflicts", "--progress-bar", "off"]
    process = subprocess.Popen(
        [str(python), "-I", "-m", "pip", "install", *fixed, *place, *install.arguments],
        cwd=here,
        env={**environment, "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_INPUT": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process:
        for line in process.stdout or ():
            say(line.rstrip("\n").replace(f"{root}/", "/"))
    if process.returncode == 0:
        _as_python(library, destination)
        for record in sorted(destination.rglob("*.dist-info/RECORD")):
            _forget_this_machine(record, str(python), str(root))
    return process.returncode


def _as_python(library: str, prefix: Path) -> None:
    """Put the packages where the image's Python has them: a later ``COPY --from`` names that folder."""
    mine, wanted = prefix / f"lib/python{sysconfig.get_python_version()}", prefix / library
    if mine.is_dir() and mine != wanted:
        mine.rename(wanted)


def _forget_this_machine(record: Path, python: str, root: str) -> None:
    """Take this machine's paths out of scripts and ``direct_url.json``, and correct ``RECORD`` accordingly.

    Otherwise a layer would differ from run to run, and name folders that no image has.
    """
    rows = list(csv.reader(io.StringIO(record.read_text())))
    changed = False
    for row in rows:
        path = record.parent.parent / row[0]
        if not path.is_file() or not (path.name == _INSTALLED or path.parent.name == "bin"):
            continue
        before = path.read_bytes()
        after = before.replace(f"file://{root}".encode(), b"file://") if path.name == _INSTALLED else before
        after = _with_image_python(after, python)
        if after != before:
            path.write_bytes(after)
            hashed = base64.urlsafe_b64encode(hashlib.sha256(after).digest()).rstrip(b"=").decode()
            row[1:] = [f"sha256={hashed}", str(len(after))]
            changed = True
    if changed:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        record.write_text(text.getvalue())


def _with_image_python(script: bytes, python: str) -> bytes:
    first, newline, rest = script.partition(b"\n")
    if first.startswith(b"#!" + os.fsencode(python)):
        return f"#!{IMAGE_PYTHON}".encode() + newline + rest
    # A path too long for a #! line, or with a blank: the script starts as a shell's and hands over to Python.
    if first == b"#!/bin/sh" and rest.startswith(b"'''exec' "):
        return f"#!{IMAGE_PYTHON}\n".encode() + rest.split(b"\n", 2)[2]
    return script
