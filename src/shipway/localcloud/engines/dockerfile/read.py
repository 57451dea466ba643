"""Dockerfile text to instructions.

Own reader rather than a library: see docs/adr/0003-process-engine.md.
https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

KEYWORDS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
_HEREDOC = re.compile(r"(?<!<)<<-?[\"']?[A-Za-z_]")
_DIRECTIVE = re.compile(r"\s*#\s*(?P<name>[A-Za-z]+)\s*=\s*(?P<value>\S+)\s*$")
_FLAG = re.compile(r"--(?P<name>[a-z-]+)(?:=(?P<value>\S*))?(?:\s+|$)")


class DockerfileError(Exception):
    """A Dockerfile that cannot be carried out; the message names the line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"dockerfile parse error on line {line}: {what}" if line else what)
        self.line = line


@dataclass(frozen=True)
class Instruction:
    """One instruction as written; variables are not replaced yet.

    Args:
        line: Number of its first line, from 1.
        keyword: In upper case.
        flags: ``--name=value`` in order; a bare ``--name`` has the value ``"true"``.
        text: All after the flags, continued lines joined.
        array: The strings of the JSON form, ``None`` in the shell form.
    """

    line: int
    keyword: str
    flags: tuple[tuple[str, str], ...]
    text: str
    array: tuple[str, ...] | None

    def flag(self, name: str) -> str | None:
        """The last value of ``--name``."""
        return dict(self.flags).get(name)


@dataclass(frozen=True)
class Dockerfile:
    """The instructions in order, and the escape character that its words use."""

    instructions: tuple[Instruction, ...]
    escape: str = "\\"


def read_dockerfile(text: str) -> Dockerfile:
    """Read the whole text.

    Raises:
        DockerfileError: An unknown instruction, one without arguments, a here-document, or no ``FROM``.
    """
    escape = _escape(text)
    instructions = tuple(_instruction(line, statement) for line, statement in _statements(text, escape))
    if not any(instruction.keyword == "FROM" for instruction in instructions):
        raise DockerfileError(0, "no build stage: the Dockerfile has no FROM")
    first = next(instruction for instruction in instructions if instruction.keyword != "ARG")
    if first.keyword != "FROM":
        raise DockerfileError(first.line, "no build stage in current context: FROM must come first")
    return Dockerfile(instructions, escape)


def _escape(text: str) -> str:
    for line in text.removeprefix("\ufeff").splitlines():
        match = _DIRECTIVE.match(line)
        if match is None:  # directives stand at the top only
            break
        if match["name"].lower() == "escape":
            if match["value"] not in {"\\", "`"}:
                raise DockerfileError(1, f"invalid escape token {match['value']!r} does not match ` or \\")
            return match["value"]
    return "\\"


def _statements(text: str, escape: str) -> list[tuple[int, str]]:
    """Join continued lines; comments and empty lines within a continuation are dropped, as Docker does."""
    statements: list[tuple[int, str]] = []
    pending: list[str] = []
    start = 0
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if not pending:
            start = number
        if content.endswith(escape):
            pending.append(line.rstrip().removesuffix(escape))
            continue
        statements.append((start, "".join([*pending, line]).strip()))
        pending = []
    if pending:
        statements.append((start, "".join(pending).strip()))
    return [statement for statement in statements if statement[1]]


def _instruction(line: int, statement: str) -> Instruction:
    word = statement.split(maxsplit=1)[0]
    rest = statement[len(word) :]
    keyword = word.upper()
    if keyword not in KEYWORDS:
        raise DockerfileError(line, f"unknown instruction: {word}")
    rest = rest.strip()
    flags: list[tuple[str, str]] = []
    while keyword not in {"CMD", "ENTRYPOINT"} and (match := _FLAG.match(rest)):
        flags.append((match["name"], "true" if match["value"] is None else match["value"]))
        rest = rest[match.end() :]
    if not rest:
        raise DockerfileError(line, f"{keyword} requires at least one argument")
    if keyword in _WITH_HEREDOC and _HEREDOC.search(rest):
        raise DockerfileError(
            line,
            f"{keyword} with a here-document (<<) is not supported by Shipway's process engine; "
            "put the text into a file and COPY it, or rehearse with the docker engine",
        )
    return Instruction(line, keyword, tuple(flags), rest, json_array(rest))


def json_array(text: str) -> tuple[str, ...] | None:
    """The JSON form; what only looks like it is the shell form, as in Docker."""
    if not text.startswith("["):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None
