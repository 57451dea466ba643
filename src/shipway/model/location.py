"""Where something stands: template, logical id, property path, construct path, line and column."""

from __future__ import annotations

from typing import NamedTuple, Protocol, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and indices from the top of a file, e.g. ``("Resources", "Bucket", "Properties", "Tags", 0)``."""


class Position(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int


class Source(Protocol):
    """A file that says where in its text a path stands. Looked up late: most places are never reported."""

    @property
    def name(self) -> str:
        """The file as the user named it."""

    def position(self, path: Path, line: int) -> Position:
        """Where ``path`` stands, or the nearest thing above it that does.

        ``line`` counts lines inside the string at ``path``, from 0; a string that is written on one line
        has all of them there.
        """

    def construct_path(self, logical_id: str) -> str:
        """The CDK construct that made a resource; empty when none is known."""


class Location(NamedTuple):
    """A place in a file. A property that is absent has a place too: where it would stand."""

    source: Source
    path: Path = ()
    inner_line: int = 0
    """Line inside the string at ``path``, such as that of a command in a buildspec."""

    def at(self, *path: str | int) -> Location:
        """A place below this one."""
        return Location(self.source, self.path + path)

    def inside(self, line: int) -> Location:
        """A line of the string that stands here, counted from 0."""
        return Location(self.source, self.path, line)

    @property
    def template(self) -> str:
        """The file."""
        return self.source.name

    @property
    def logical_id(self) -> str:
        """The resource, parameter or output; empty for what stands outside of them."""
        return str(self.path[1]) if len(self.path) > 1 else ""

    @property
    def property_path(self) -> str:
        """The path in one string, e.g. ``Stages[0].Actions[1].Configuration.ProjectName``.

        It starts below ``Properties``; what stands elsewhere in a resource keeps its own key, e.g.
        ``DeletionPolicy``.
        """
        rest = self.path[2:]
        if rest[:1] == ("Properties",):
            rest = rest[1:]
        return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in rest).lstrip(".")

    @property
    def construct_path(self) -> str:
        """The CDK construct; empty when none is known."""
        return self.source.construct_path(self.logical_id)

    @property
    def position(self) -> Position:
        """Line and column, both counted from 1."""
        return self.source.position(self.path, self.inner_line)

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self.position.line

    def __str__(self) -> str:
        """The place as editors understand it."""
        line, column = self.position
        return f"{self.template}:{line}:{column}"
