"""JSON with the places of its keys, found late: parsing stays with the C scanner of the standard library."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in CPython, missing in typeshed
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError
from shipway.model.location import Path, Position
from shipway.template.limits import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)


class _Pairs:
    """Builds objects and remembers whether any had a key twice."""

    def __init__(self) -> None:
        self.duplicate = False

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.duplicate = True
        return made


def parse_json(text: str, name: str) -> tuple[Any, JsonText]:
    """The data of a JSON document and a finder of places in it. The last of two equal keys wins.

    Raises:
        InputError: Not JSON, or nested too deeply.
    """
    pairs = _Pairs()
    try:
        data = json.loads(text, object_pairs_hook=pairs, strict=False)
        too_deep = _deeper_than(data, MAX_DEPTH)
    except json.JSONDecodeError as error:
        raise InputError(
            f"the file is not JSON: {error.msg}", where=f"{name}:{error.lineno}:{error.colno}"
        ) from error
    except RecursionError:
        too_deep = True
    except ValueError as error:  # an integer of more than 4,300 digits
        raise InputError("the file holds a number that is too long", where=name) from error
    if too_deep:
        raise InputError(
            f"nested deeper than {MAX_DEPTH} levels",
            where=name,
            remedy="Shipway reads templates that CloudFormation would accept",
        )
    return data, JsonText(text, duplicate=pairs.duplicate)


def _deeper_than(data: Any, levels: int) -> bool:
    level = [data]
    for _ in range(levels):
        deeper: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                deeper.extend(child for child in each.values() if isinstance(child, (dict, list)))
            elif isinstance(each, list):
                deeper.extend(child for child in each if isinstance(child, (dict, list)))
        if not deeper:
            return False
        level = deeper
    return True


class JsonText:
    """Finds places in a JSON document; what is not on the way is skipped at the C scanner's speed."""

    def __init__(self, text: str, *, duplicate: bool) -> None:
        self._text = text
        self._duplicate = duplicate
        self._children: dict[int, dict[str | int, tuple[int, int]]] = {}
        self._lines: list[int] | None = None

    def position(self, path: Path, _line: int) -> Position:
        """Where a path stands, or the nearest thing above it that does."""
        value = self._skip_blanks(0)
        mark = value
        for key in path:
            child = self._members(value).get(key)
            if child is None:
                break
            mark, value = child
        return self._at(mark)

    @property
    def duplicates(self) -> tuple[Path, ...]:
        """The keys that stand twice in one object; their position is that of the last."""
        return tuple(self._find_duplicates(self._skip_blanks(0), ())) if self._duplicate else ()

    def _find_duplicates(self, start: int, path: Path) -> Iterator[Path]:
        seen: set[str] = set()
        for key, _, value in self._scan(start):
            if isinstance(key, str) and key in seen:
                yield (*path, key)
            if isinstance(key, str):
                seen.add(key)
            yield from self._find_duplicates(value, (*path, key))

    def _members(self, start: int) -> dict[str | int, tuple[int, int]]:
        known = self._children.get(start)
        if known is None:
            known = {key: (mark, value) for key, mark, value in self._scan(start)}
            self._children[start] = known
        return known

    def _scan(self, start: int) -> list[tuple[str | int, int, int]]:
        """The members of the object or array at an offset: key or index, offset of key, offset of value."""
        text = self._text
        opening = text[start : start + 1]
        if opening not in {"{", "["}:
            return []
        found: list[tuple[str | int, int, int]] = []
        closing = "}" if opening == "{" else "]"
        at = self._skip_blanks(start + 1)
        while text[at] != closing:
            mark = at
            key: str | int = len(found)
            if opening == "{":
                key, at = scanstring(text, at + 1, False)  # noqa: FBT003 -- a C function takes it by position
                at = self._skip_blanks(self._skip_blanks(at) + 1)
            found.append((key, mark, at))
            _, at = _DECODER.raw_decode(text, at)
            at = self._skip_blanks(at)
            if text[at] == ",":
                at = self._skip_blanks(at + 1)
        return found

    def _skip_blanks(self, at: int) -> int:
        match = _BLANK.match(self._text, at)
        return match.end() if match else at

    def _at(self, offset: int) -> Position:
        if self._lines is None:
            starts = [0]
            at = self._text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self._text.find("\n", at + 1)
            self._lines = starts
        line = bisect_right(self._lines, offset)
        return Position(line, offset - self._lines[line - 1] + 1)
