"""Which loose templates belong together: those that import from each other, or include each other."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shipway.errors import InternalError
from shipway.model.location import Location
from shipway.model.text import Text
from shipway.model.value import text_of
from shipway.template.attempt import attempt
from shipway.template.cursor import Cursor
from shipway.template.intrinsics import evaluate
from shipway.template.read import STDIN, read_bytes, read_template
from shipway.template.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shipway.errors import ShipwayError
    from shipway.template.assembly import Stack
    from shipway.template.read import Template

_NAMES_OTHERS = re.compile(rb"ImportValue|TemplateURL")
_IS_NAMED = re.compile(rb"\bExport\b")


def groups(files: Sequence[str]) -> Iterator[tuple[str, ...] | ShipwayError]:
    """Files that belong together, and bugs of ours that kept names from being read.

    Only when one of them names others are the names in them read beforehand: independent templates, however
    many, are read once, one after the other.
    """
    naming, named = _which_speak_of_names(files) if len(files) > 1 else ([], [])
    ties = _Ties(files)
    for file in (*naming, *named) if naming else ():
        error = attempt(file, ties.read, file)
        # What is the user's is reported when the file is read to be checked.
        if isinstance(error, InternalError):
            yield error
    yield from ties.groups()


def _which_speak_of_names(files: Sequence[str]) -> tuple[list[str], list[str]]:
    """The files that may name others, and those that may only be named."""
    naming: list[str] = []
    named: list[str] = []
    for file in files:
        content = content_of(Path(file)) if file != STDIN else b""
        if _NAMES_OTHERS.search(content):
            naming.append(file)
        elif _IS_NAMED.search(content):
            named.append(file)
    return naming, named


class _Ties:
    """Joins files by the names in them."""

    def __init__(self, files: Sequence[str]) -> None:
        self._leader = {file: file for file in files}
        self._owner: dict[Text, str] = {}
        self._wanted: list[tuple[str, Text]] = []

    def read(self, file: str) -> None:
        template = read_template(file)
        scope = Scope(template)
        for name in _exports(template, scope):
            self._owner.setdefault(name, template.name)
        self._wanted += [(template.name, name) for name in _imports(template.data, scope)]
        for _, child in nested_in(template):
            if child in self._leader:
                self._join(child, template.name)

    def groups(self) -> Iterator[tuple[str, ...]]:
        for file, name in self._wanted:
            if name in self._owner:
                self._join(self._owner[name], file)
        together: dict[str, list[str]] = {}
        for file in self._leader:
            together.setdefault(self._lead(file), []).append(file)
        yield from (tuple(group) for group in together.values())

    def _join(self, first: str, second: str) -> None:
        self._leader[self._lead(first)] = self._lead(second)

    def _lead(self, file: str) -> str:
        while self._leader[file] != file:
            file = self._leader[file]
        return file


def nested_in(template: Template, stack: Stack | None = None) -> Iterator[tuple[tuple[str, str], str]]:
    """The stacks nested in a template: ((template, logical id), the template file that is included)."""
    scope = Scope(template)
    for logical_id, resource in template.section("Resources").items():
        if not isinstance(resource, dict) or resource.get("Type") != "AWS::CloudFormation::Stack":
            continue
        url = Cursor(resource, Location(template), scope).text("Properties", "TemplateURL")
        written = str(text_of(url).filled())
        # `aws cloudformation package` takes paths that are relative to the template.
        local = stack.nested_template(written) if stack else Path(template.name).parent / written
        if local is not None:
            yield (template.name, logical_id), os.path.normpath(local)


def _exports(template: Template, scope: Scope) -> Iterator[Text]:
    for output in template.section("Outputs").values():
        export = output.get("Export") if isinstance(output, dict) else None
        if isinstance(export, dict) and "Name" in export:
            yield from _name(export["Name"], scope)


def _imports(data: Any, scope: Scope) -> Iterator[Text]:
    if isinstance(data, dict):
        if "Fn::ImportValue" in data:
            yield from _name(data["Fn::ImportValue"], scope)
        for value in data.values():
            yield from _imports(value, scope)
    elif isinstance(data, list):
        for value in data:
            yield from _imports(value, scope)


def _name(expression: Any, scope: Scope) -> Iterator[Text]:
    evaluated = evaluate(expression, scope)
    if isinstance(evaluated, Text):
        yield evaluated.filled()


def content_of(path: Path) -> bytes:
    """The content of a file; empty when it cannot be read, which is reported when it is to be checked."""
    try:
        return read_bytes(path)
    except OSError:
        return b""
