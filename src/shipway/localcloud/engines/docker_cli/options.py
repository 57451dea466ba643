"""Docker's way with options: ``--name value``, ``--name=value``, ``-nvalue``, switches joined. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class UsageError(Exception):
    """A command line that cannot be understood, or asks for what the shim does not do."""


@dataclass(frozen=True)
class Option:
    """One option of a command.

    Args:
        name: Without the dashes.
        short: One letter.
        is_switch: Takes no value.
        not_done: What does not happen although it was asked for; empty when it does.
    """

    name: str
    short: str = ""
    is_switch: bool = False
    not_done: str = ""


@dataclass(frozen=True)
class Given:
    """What a command line says."""

    positional: tuple[str, ...]
    values: dict[str, list[str]] = field(default_factory=dict)
    not_done: tuple[tuple[str, str], ...] = ()

    def last(self, name: str) -> str | None:
        """The last value of an option."""
        values = self.values.get(name)
        return values[-1] if values else None

    def every(self, name: str) -> list[str]:
        """All values of an option that may be repeated."""
        return self.values.get(name, [])

    def is_on(self, name: str) -> bool:
        """Whether a switch is on; ``--name=false`` is off."""
        return self.last(name) not in {None, "false", "0"}


def read_options(words: Sequence[str], options: Sequence[Option], *, stop_at_first: bool = False) -> Given:
    """Read a command line.

    Args:
        words: After the command.
        options: All that the command has.
        stop_at_first: Whether options end at the first word that is none (``docker run``).

    Raises:
        UsageError: An option that the command does not have, or one without its value.
    """
    by_name = {f"--{option.name}": option for option in options}
    by_name |= {f"-{option.short}": option for option in options if option.short}
    positional: list[str] = []
    values: dict[str, list[str]] = {}
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if word == "--":
            positional += pending
            break
        if not word.startswith("-") or word == "-":
            positional.append(word)
            if stop_at_first:
                positional += pending
                break
            continue
        if (parts := _separated(word, by_name)) is not None:
            pending = [*parts, *pending]
            continue
        name, equals, value = word.partition("=")
        option = by_name.get(name)
        if option is None:
            raise UsageError(f"unknown {'flag' if word.startswith('--') else 'shorthand flag'}: {word}")
        if option.is_switch:
            value = value if equals else "true"
        elif not equals:
            if not pending:
                raise UsageError(f"flag needs an argument: {word}")
            value = pending.pop(0)
        values.setdefault(option.name, []).append(value)
    not_done = tuple(
        (f"--{option.name}={value}", option.not_done)
        for option in options
        if option.not_done
        for value in values.get(option.name, ())
        if value not in {"false", ""}
    )
    return Given(tuple(positional), values, not_done)


def _separated(word: str, by_name: Mapping[str, Option]) -> list[str] | None:
    """``-it`` as ``-i -t`` and ``-tNAME`` as ``-t NAME``; ``None`` for what is not joined."""
    name, rest = word[:2], word[2:]
    option = by_name.get(name)
    if word.startswith("--") or not rest or option is None or (option.is_switch and rest[0] == "="):
        return None
    return [name, f"-{rest}"] if option.is_switch else [name, rest.removeprefix("=")]
