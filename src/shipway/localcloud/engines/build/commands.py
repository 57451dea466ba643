"""The shell line of a ``RUN`` as simple commands, as far as it is that simple. Pure."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from shipway.localcloud.engines.dockerfile.words import WordError, expand, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_PIP = re.compile(r"pip(?:3(?:\.\d+)?)?")
_PYTHON = re.compile(r"python(?:3(?:\.\d+)?)?")


def split_commands(text: str, variables: Mapping[str, str]) -> tuple[tuple[str, ...], ...] | None:
    """The commands of ``a && b ; c``; ``None`` when a pipe, redirection, subshell or the like is in it."""
    pieces = _pieces(text)
    if pieces is None:
        return None
    try:
        commands = [tuple(expand(word, variables) for word in split_words(piece)) for piece in pieces]
    except WordError:
        return None
    return tuple(command for command in commands if command)


def _pieces(text: str) -> list[str] | None:
    """Cut at ``&&`` and ``;`` outside quotes."""
    if "`" in text or "$(" in text:
        return None
    pieces = [""]
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        if character == "\\" and quote != "'":
            pieces[-1] += text[at : at + 2]
            at += 2
            continue
        if quote or character in "\"'":
            quote = "" if character == quote else (quote or character)
        elif text.startswith("&&", at) or character == ";":
            pieces.append("")
            at += 2 if character == "&" else 1
            continue
        elif character in "()<>|&":
            return None
        pieces[-1] += character
        at += 1
    return pieces


def pip_arguments(command: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The program and the words after ``install`` of a ``pip install``; ``None`` for any other command."""
    name = posixpath.basename(command[0])
    if _PIP.fullmatch(name):
        rest = command[1:]
    elif _PYTHON.fullmatch(name) and command[1:3] == ("-m", "pip"):
        rest = command[3:]
    else:
        return None
    # Options may stand before the subcommand: pip --no-cache-dir install ...
    if "install" not in rest:
        return None
    at = rest.index("install")
    if not all(word.startswith("-") for word in rest[:at]):
        return None
    return command[0], (*rest[:at], *rest[at + 1 :])


def virtual_environment(command: tuple[str, ...]) -> str | None:
    """The folder of a ``python -m venv FOLDER``."""
    is_python = _PYTHON.fullmatch(posixpath.basename(command[0]))
    if not is_python or command[1:3] != ("-m", "venv"):
        return None
    folders = [word for word in command[3:] if not word.startswith("-")]
    return folders[0] if len(folders) == 1 else None
