"""YAML as CloudFormation reads it, with the place of every key kept for whoever asks."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from shipway.errors import InputError
from shipway.model.location import Path, Position
from shipway.template.limits import MAX_DEPTH, MAX_NODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.nodes import Node

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}
# A leading zero makes an account id such as 012345678901, never an octal number.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?\Z")
_MAX_INTEGER_DIGITS = 18

_PLAIN, _QUOTED = "plain", "quoted"


def _compose(text: str) -> Node | None:
    parser_class = _fast_parser()
    if parser_class is None:  # PyYAML was built without libyaml: the same, some twenty times slower
        return yaml.compose(text, Loader=yaml.SafeLoader)
    parser = parser_class(text)
    try:
        node: Node | None = parser.get_single_node()
    finally:
        parser.dispose()
    return node


@cache
def _fast_parser() -> Any | None:
    """Libyaml's composer; the tags that it asks for say only whether a scalar was quoted.

    The resolver of PyYAML matches each scalar against eight patterns, which takes longer than to parse it.
    """
    if not yaml.__with_libyaml__:
        return None
    from yaml._yaml import CParser  # noqa: PLC0415 -- there only with libyaml

    def resolve(_self: Any, kind: type[Node], _value: str, implicit: Any) -> str:
        plain = kind is ScalarNode and isinstance(implicit, tuple) and implicit[0]
        return _PLAIN if plain else _QUOTED

    def nothing(*_arguments: Any) -> None:
        """Tags do not depend on the path, so that there is nothing to descend into."""

    methods = {"resolve": resolve, "descend_resolver": nothing, "ascend_resolver": nothing}
    return type("FastParser", (CParser,), methods)


def parse_yaml(text: str, name: str) -> tuple[Any, YamlText]:
    """The data of a YAML document, intrinsics in their long form, and a finder of places in it.

    Keys are strings, as in CloudFormation; the last of two equal keys wins, as in CloudFormation.

    Raises:
        InputError: Not YAML, several documents, nested too deeply, or too large once aliases are expanded.
    """
    try:
        root = _compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise InputError(f"the file is not YAML: {error.problem}", where=place) from error
    except yaml.YAMLError as error:
        raise InputError("the file is not YAML", where=name, value=str(error)) from error
    except (RecursionError, ValueError) as error:
        raise InputError(f"nested deeper than {MAX_DEPTH} levels", where=name) from error
    if root is None:
        return None, YamlText(None, duplicate=False)
    reader = _Reader(name)
    data = reader.data(root, 0)
    return data, YamlText(root, duplicate=reader.duplicate)


class YamlText:
    """Finds places in a YAML document by walking its nodes."""

    def __init__(self, root: Node | None, *, duplicate: bool) -> None:
        self._root = root
        self._duplicate = duplicate

    @property
    def duplicates(self) -> tuple[Path, ...]:
        """The keys that stand twice in one mapping; their position is that of the last."""
        return tuple(_duplicates(self._root, ())) if self._duplicate and self._root is not None else ()

    def position(self, path: Path, line: int) -> Position:
        """Where a path stands, or the nearest thing above it that does."""
        node, mark = self._root, self._root
        for key in path:
            if isinstance(node, MappingNode):
                pair = next((pair for pair in reversed(node.value) if pair[0].value == key), None)
                if pair is None:
                    break
                mark, node = pair
            elif isinstance(node, SequenceNode) and isinstance(key, int) and key < len(node.value):
                mark = node = node.value[key]
            elif node is None or long_form(node.tag) != key:
                break
        else:
            if line and isinstance(node, ScalarNode) and node.style in {"|", ">"}:
                return Position(node.start_mark.line + 2 + line, 1)
        if mark is None:
            return Position(1, 1)
        start = mark.start_mark
        return Position(start.line + 1, start.column + 1)


def _duplicates(node: Node, path: Path) -> Iterator[Path]:
    function = long_form(node.tag)
    path = (*path, function) if function else path
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*path, key.value)
            seen.add(key.value)
            yield from _duplicates(value, (*path, key.value))
    elif isinstance(node, SequenceNode):
        for index, value in enumerate(node.value):
            yield from _duplicates(value, (*path, index))


def long_form(tag: str) -> str:
    """The key that a short tag stands for; empty for what is no intrinsic."""
    if not tag.startswith("!") or tag == "!":
        return ""
    name = tag[1:]
    return name if name in {"Ref", "Condition"} else f"Fn::{name}"


def _number(text: str) -> int | float | str:
    if len(text) <= _MAX_INTEGER_DIGITS and _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


class _Reader:
    """Turns nodes into data once, aliases included, and counts what they would be if written out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.duplicate = False
        self._done: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._size = 0

    def data(self, node: Node, depth: int) -> Any:
        """The data of a node; ``self._size`` is how many nodes it has once its aliases are expanded."""
        if isinstance(node, ScalarNode):
            self._size = 1
            value: Any = self._scalar(node)
        else:
            value = self._collection(node, depth)
        function = long_form(node.tag)
        if not function:
            return value
        if function == "Fn::GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {function: value}

    def _collection(self, node: Node, depth: int) -> Any:
        key = id(node)
        if key in self._done:
            value, self._size = self._done[key]
            return value
        if key in self._open:
            raise self._refusal("an alias holds itself", node)
        if depth > MAX_DEPTH:
            raise self._refusal(f"nested deeper than {MAX_DEPTH} levels", node)
        self._open.add(key)
        result, size = (
            self._sequence(node, depth) if isinstance(node, SequenceNode) else self._mapping(node, depth)
        )
        if size > MAX_NODES:
            raise self._refusal(f"more than {MAX_NODES} values once aliases are expanded", node)
        self._open.discard(key)
        self._done[key] = (result, size)
        self._size = size
        return result

    def _sequence(self, node: SequenceNode, depth: int) -> tuple[list[Any], int]:
        result: list[Any] = []
        size = 1
        for child in node.value:
            result.append(self.data(child, depth + 1))
            size += self._size
        return result, size

    def _mapping(self, node: Node, depth: int) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        size = 1
        for key_node, value_node in node.value:
            name = key_node.value
            value = self.data(value_node, depth + 1)
            size += self._size
            if not isinstance(name, str):
                raise self._refusal("a key is not a string", key_node)
            if name == "<<" and key_node.tag in {_PLAIN, "tag:yaml.org,2002:merge"}:
                for each in value if isinstance(value, list) else [value]:
                    merged = {**each, **merged} if isinstance(each, dict) else merged
                continue
            self.duplicate = self.duplicate or name in result
            result[name] = value
        return ({**merged, **result} if merged else result), size

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        tag = node.tag
        if tag in {_QUOTED, "tag:yaml.org,2002:str"} or long_form(tag):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[0].isdigit() or text[0] in "+-.":
            return _number(text)
        return text

    def _refusal(self, what: str, node: Node) -> InputError:
        start = node.start_mark
        return InputError(
            what,
            where=f"{self.name}:{start.line + 1}:{start.column + 1}",
            remedy="Shipway reads templates that CloudFormation would accept",
        )
