"""CodeBuild's file patterns (those of Go's doublestar). Pure but for the walk over a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def matches(pattern: str, path: str) -> bool:
    """Whether a path with ``/`` matches: ``*`` within a segment, ``**`` across them, ``{a,b}``, ``[ab]``."""
    return re.fullmatch(_regex(pattern.removeprefix("./")), path) is not None


def select(
    files: Iterable[str], patterns: Sequence[str], excluded: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """The files that match, each once, and the patterns that match none."""
    everything = sorted(files)
    chosen: dict[str, None] = {}
    idle = []
    for pattern in patterns:
        found = [path for path in everything if matches(pattern, path)]
        if not found:
            idle.append(pattern)
        chosen.update(dict.fromkeys(found))
    return [path for path in chosen if not any(matches(pattern, path) for pattern in excluded)], idle


def files_below(folder: Path) -> list[str]:
    """Every file below a folder, relative to it, with ``/``."""
    found = []
    for directory, _, names in os.walk(folder):
        base = Path(directory).relative_to(folder)
        found += [(base / name).as_posix() for name in names]
    return found


def _regex(pattern: str) -> str:
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        if rest.startswith("**/"):
            parts.append("(?:[^/]+/)*")
            position += 3
        elif rest.startswith("**"):
            parts.append(".*")
            position += 2
        elif rest[0] == "*":
            parts.append("[^/]*")
            position += 1
        elif rest[0] == "?":
            parts.append("[^/]")
            position += 1
        elif rest[0] == "[" and "]" in rest[2:]:
            end = rest.index("]", 2)
            inner = rest[1:end].replace("\\", "\\\\")
            parts.append(f"[{'^' + inner[1:] if inner[0] in '!^' else inner}]")
            position += end + 1
        elif rest[0] == "{" and "}" in rest:
            end = rest.index("}")
            parts.append(f"(?:{'|'.join(_regex(choice) for choice in rest[1:end].split(','))})")
            position += end + 1
        else:
            parts.append(re.escape(rest[0]))
            position += 1
    return "".join(parts)
