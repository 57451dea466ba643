"""YAML nodes with their places, read key by key: what nobody asked for is left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from shipway.model.build import Kept, SpecProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_YES = frozenset({"yes", "true", "on"})
_NO = frozenset({"no", "false", "off", ""})
_MOST_VALUES = 2_000  # of a subtree kept as data: aliases can make a small text explode
_DEEPEST = 10  # levels of such a subtree, and of merged mappings


class Scalar(NamedTuple):
    """A text with the line on which it begins."""

    text: str
    line: int


def compose(text: str) -> tuple[list[SpecProblem], Section | None]:
    """The mapping at the top of a text, or why there is none; later problems join the same list."""
    problems: list[SpecProblem] = []
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        problems.append(SpecProblem(f"not YAML: {what}", "", *place))
        return problems, None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(SpecProblem(f"not YAML: {str(error).splitlines()[0] if str(error) else error!r}"))
        return problems, None
    if node is None:
        problems.append(SpecProblem("the buildspec is empty"))
        return problems, None
    if not isinstance(node, yaml.MappingNode):
        what = "a list" if isinstance(node, yaml.SequenceNode) else "a text"
        problems.append(SpecProblem(f"the buildspec is {what}, not a mapping of keys", "", _line(node)))
        return problems, None
    return problems, Section(node, "", 1, problems)


class Section:
    """A mapping; each reader below takes a key out of it.

    Args:
        node: The mapping.
        path: Where it stands, e.g. ``phases.build``.
        line: Line of its key.
        problems: Where what is wrong is written.
    """

    def __init__(self, node: yaml.MappingNode, path: str, line: int, problems: list[SpecProblem]) -> None:
        self.path = path
        self.line = line
        self._problems = problems
        self._entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        self._read: set[str] = set()
        self._children: list[Section] = []
        for key, value in _merged(node, 0, set()):
            name = _name(key)
            if not isinstance(key, yaml.ScalarNode):
                self._report("a key must be a text", "", key)
            elif name in self._entries:
                # YAML 1.1 loaders keep the last one; whoever wrote two meant both.
                self._report(f"{name} stands twice; the last one counts", name, key, fatal=False)
            self._entries[name] = (key, value)

    def names(self) -> list[str]:
        """Its keys in their order."""
        return list(self._entries)

    def line_of(self, key: str) -> int | None:
        """The line of a key."""
        return _line(self._entries[key][0]) if key in self._entries else None

    def text(self, key: str) -> str:
        """A scalar as written; empty when it is missing, null, or no scalar (a problem)."""
        value = self._take(key)
        if value is None:
            return ""
        if not isinstance(value, yaml.ScalarNode):
            self._report(f"{key} must be a text", key, value)
            return ""
        return str(value.value)

    def yes(self, key: str) -> bool:
        """A ``yes`` or ``no``; no when it is missing."""
        value = self.text(key).lower()
        if value not in _YES | _NO:
            self.problem(f"{key} takes yes or no, not {value}", key)
        return value in _YES

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(scalar.text for scalar in self.scalars(key, what="an entry"))

    def scalars(self, key: str, *, what: str) -> tuple[Scalar, ...]:
        """A list of texts with their lines; `what` names one entry in a problem."""
        value = self._take(key)
        if value is None:
            return ()
        if isinstance(value, yaml.ScalarNode):
            # CodeBuild takes it as a list of one: https://github.com/aws/aws-cdk/issues/11769 runs one.
            self._report(f"{key} should be a list", key, value, fatal=False)
            return (_scalar(value),)
        if isinstance(value, yaml.MappingNode):
            self._report(f"{key} must be a list, not a mapping", key, value)
            return ()
        found = []
        for index, item in enumerate(value.value):
            if isinstance(item, yaml.ScalarNode):
                found.append(_scalar(item))
            elif isinstance(item, yaml.MappingNode):
                why = f"{what} must be a text; a colon and a blank made it a mapping: put it in quotes"
                self._report(why, f"{key}[{index}]", item)
            else:
                self._report(f"{what} must be a text, not a list", f"{key}[{index}]", item)
        return tuple(found)

    def section(self, key: str) -> Section | None:
        """A mapping below; None when it is missing or empty."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, yaml.MappingNode):
            self._report(f"{key} must be a mapping of keys", key, value)
            return None
        child = Section(value, self._below(key), self.line_of(key) or 0, self._problems)
        self._children.append(child)
        return child

    def keep(self, key: str) -> Iterator[Kept]:
        """The value of a key as plain data, if it is there."""
        value = self._take(key)
        if value is not None:
            yield Kept(self._below(key), _plain(value, [_MOST_VALUES]), self.line_of(key))

    def problem(self, message: str, key: str, *, fatal: bool = True) -> None:
        """Write down what is wrong with a key, or with the section when `key` is empty."""
        line = self.line_of(key) or self.line
        self._problems.append(SpecProblem(message, self._below(key), line, fatal=fatal))

    def leftovers(self) -> Iterator[Kept]:
        """Every key that was not read, here and below."""
        for key, (_, value) in self._entries.items():
            if key not in self._read:
                yield Kept(self._below(key), _plain(value, [_MOST_VALUES]), self.line_of(key))
        for child in self._children:
            yield from child.leftovers()

    def _take(self, key: str) -> yaml.Node | None:
        self._read.add(key)
        value = self._entries[key][1] if key in self._entries else None
        return None if value is None or value.tag == _NULL else value

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _report(self, message: str, key: str, node: yaml.Node, *, fatal: bool = True) -> None:
        mark = node.start_mark
        place = SpecProblem(message, self._below(key), mark.line + 1, mark.column + 1, fatal)
        self._problems.append(place)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _scalar(node: yaml.ScalarNode) -> Scalar:
    # The text of a block scalar begins on the line after its `|` or `>`.
    return Scalar(str(node.value), _line(node) + (1 if node.style in {"|", ">"} else 0))


def _merged(node: yaml.MappingNode, depth: int, seen: set[int]) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The entries of a mapping, those of ``<<`` first, since its own are stronger.

    Each mapping is merged once, so that aliases of aliases cost no more than what is written.
    """
    own = {_name(key) for key, _ in node.value}
    for key, value in node.value:
        if key.tag == _MERGE and depth < _DEEPEST:
            for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(source, yaml.MappingNode) and id(source) not in seen:
                    seen.add(id(source))
                    below = _merged(source, depth + 1, seen)
                    yield from (entry for entry in below if _name(entry[0]) not in own)
    for key, value in node.value:
        if key.tag != _MERGE:
            yield key, value


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else "?"


def _plain(node: yaml.Node, budget: list[int], depth: int = 0) -> Any:
    """Plain data, scalars as text; cut off when it grows beyond the budget."""
    budget[0] -= 1
    if budget[0] < 0 or depth > _DEEPEST:
        return "..."
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, budget, depth + 1) for item in node.value if budget[0] >= 0]
    return {_name(key): _plain(value, budget, depth + 1) for key, value in node.value if budget[0] >= 0}
