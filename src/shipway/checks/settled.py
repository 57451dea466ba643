"""Places looked up once and for all, so that a finding does not keep its whole template in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.location import Location

if TYPE_CHECKING:
    from shipway.model.location import Path, Position


class _Settled:
    """The answers of a source about one place of it (it is a ``Source`` of that place only)."""

    __slots__ = ("_construct_path", "_position", "name")

    def __init__(self, location: Location) -> None:
        self.name = location.template
        self._position = location.position
        self._construct_path = location.construct_path

    def position(self, _path: Path, _line: int) -> Position:
        """Where the place stands."""
        return self._position

    def construct_path(self, _logical_id: str) -> str:
        """The construct that made the resource of the place."""
        return self._construct_path


def settled(location: Location) -> Location:
    """The same place, which has forgotten the file that it stands in."""
    return Location(_Settled(location), location.path, location.inner_line)
