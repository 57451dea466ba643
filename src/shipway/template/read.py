"""A CloudFormation template, JSON or YAML, read from a file or from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from shipway.errors import InputError
from shipway.template.limits import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.model.location import Path as PropertyPath
    from shipway.model.location import Position

STDIN = "-"


class _Finder(Protocol):
    def position(self, path: PropertyPath, line: int) -> Position: ...

    @property
    def duplicates(self) -> tuple[PropertyPath, ...]: ...


class Template:
    """One template: its data, and where everything in it stands (it is a ``Source`` of locations)."""

    def __init__(
        self,
        name: str,
        data: Mapping[str, Any],
        finder: _Finder,
        construct_paths: Mapping[str, str] | None = None,
        *,
        names_others: bool = True,
    ) -> None:
        self._name = name
        self.names_others = names_others
        """Whether it may import from, or include, other templates (False only where it surely does not)."""
        self.data = data
        self._finder = finder
        self._construct_paths = construct_paths or {}

    @property
    def name(self) -> str:
        """The file as the user named it; ``-`` for standard input."""
        return self._name

    @property
    def duplicates(self) -> tuple[PropertyPath, ...]:
        """The keys that stand twice in one mapping. CloudFormation silently keeps the last."""
        return self._finder.duplicates

    def position(self, path: PropertyPath, line: int = 0) -> Position:
        """Line and column of a path, or of the nearest thing above it that stands in the file.

        What is absent from ``Properties`` is placed at the resource's own line: that is where one would
        look for it, not at the word "Properties".
        """
        if path[2:3] == ("Properties",) and not self._holds(path[:4]):
            path = path[:2]
        return self._finder.position(path, line)

    def construct_path(self, logical_id: str) -> str:
        """The CDK construct that made a resource; empty when none is known."""
        return self._construct_paths.get(logical_id) or _path_in_metadata(
            self.section("Resources"), logical_id
        )

    def section(self, name: str) -> Mapping[str, Any]:
        """A top-level section; empty where there is none, or something else stands there."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}

    def _holds(self, path: PropertyPath) -> bool:
        data: Any = self.data
        for key in path:
            if not isinstance(data, dict) or key not in data:
                return False
            data = data[key]
        return True


def _path_in_metadata(resources: Mapping[str, Any], logical_id: str) -> str:
    resource = resources.get(logical_id)
    metadata = resource.get("Metadata") if isinstance(resource, dict) else None
    path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
    return path if isinstance(path, str) else ""


def read_template(path: str | Path, construct_paths: Mapping[str, str] | None = None) -> Template:
    """The template in a file; ``-`` reads standard input.

    Raises:
        InputError: It cannot be read, is neither JSON nor YAML, or is no CloudFormation template.
    """
    name = str(path)
    try:
        raw = read_bytes(path)
    except OSError as error:
        raise InputError("the file cannot be read", where=name, value=error.strerror or str(error)) from error
    if len(raw) > MAX_BYTES:
        raise InputError(f"the file has more than {MAX_BYTES} bytes", where=name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8", where=name, value=f"byte {error.start}") from error
    return parse_template(text, name, construct_paths)


def read_bytes(path: str | Path) -> bytes:
    """The content of a file, or of standard input for ``-``; at most one byte more than ``MAX_BYTES``.

    Raises:
        OSError: It cannot be read.
    """
    if str(path) == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def parse_template(
    text: str, name: str = "template", construct_paths: Mapping[str, str] | None = None
) -> Template:
    """The template in a string.

    Raises:
        InputError: It is neither JSON nor YAML, or no CloudFormation template.
    """
    data, finder = parse_document(text, name)
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict):
        raise InputError(
            "no CloudFormation template: there is no Resources section",
            where=name,
            remedy="Name templates, directories that hold templates, or a cdk.out directory",
        )
    names_others = "ImportValue" in text or "TemplateURL" in text
    return Template(name, data, finder, construct_paths, names_others=names_others)


def parse_document(text: str, name: str) -> tuple[Any, _Finder]:
    """The data of a JSON or YAML document, short intrinsics in their long form, and where it stands.

    Raises:
        InputError: It is neither.
    """
    # JSON with a tab or a trailing comma is sometimes YAML, but never the other way round: what begins
    # like JSON is reported as JSON.
    if text.lstrip()[:1] == "{":
        from shipway.template.json_text import parse_json  # noqa: PLC0415 -- half of all calls need no YAML

        return parse_json(text, name)
    from shipway.template.yaml_text import parse_yaml  # noqa: PLC0415 -- half of all calls need no YAML

    return parse_yaml(text, name)
