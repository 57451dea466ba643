"""A project's files: a directory on disk, or a few files held in memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shipway.model.location import Location, Path, Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path as FilePath

_MAX_BYTES = 2_000_000
_SKIPPED = frozenset(
    {
        ".git",
        ".venv",
        "venv",
        "node_modules",
        "cdk.out",
        "__pycache__",
        ".tox",
        ".mypy_cache",
        "dist",
        "build",
    }
)


class SourceFile:
    """A file whose places are lines (it is a ``Source`` of locations)."""

    def __init__(self, name: str) -> None:
        self.name = name

    def position(self, _path: Path, line: int) -> Position:
        """The line, counted from 0 inside the file."""
        return Position(line + 1, 1)

    def construct_path(self, _logical_id: str) -> str:
        """No construct makes a file."""
        return ""


class DirectoryTree:
    """A directory on disk."""

    def __init__(self, top: FilePath) -> None:
        self._top = top

    def read(self, path: str) -> str | None:
        """The text of a file; None for what does not exist, lies outside, is large, or is no text."""
        file = self._top / path
        try:
            if not file.resolve().is_relative_to(self._top.resolve()) or file.stat().st_size > _MAX_BYTES:
                return None
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError, ValueError):
            return None

    def files(self, suffix: str = "") -> Iterator[str]:
        """The paths of files whose names end so; environments, caches and build output are left out."""
        for directory, folders, names in os.walk(self._top):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            for name in sorted(names):
                if name.endswith(suffix):
                    yield os.path.relpath(f"{directory}/{name}", self._top).replace(os.sep, "/")

    def location(self, path: str) -> Location:
        """The first line of a file."""
        return Location(SourceFile(str(self._top / path)))


class MemoryTree:
    """Files held in memory, as examples are."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def read(self, path: str) -> str | None:
        """The text of a file; None when there is none."""
        return self._files.get(path.removeprefix("./"))

    def files(self, suffix: str = "") -> Iterator[str]:
        """The paths of files whose names end so."""
        return (path for path in sorted(self._files) if path.endswith(suffix))

    def location(self, path: str) -> Location:
        """The first line of a file."""
        return Location(SourceFile(path))
