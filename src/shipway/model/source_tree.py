"""The project's own files, as far as rules read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.location import Location


class SourceTree(Protocol):
    """A directory that somebody named as the project's source."""

    def read(self, path: str) -> str | None:
        """The text of a file, by its path from the top with ``/``; None when there is none to be read."""

    def files(self, suffix: str = "") -> Iterator[str]:
        """The paths of files whose names end so, in alphabetical order; what git ignores is left out."""

    def location(self, path: str) -> Location:
        """A place in a file: its first line; ``inside`` it are its lines, counted from 0."""
