"""Nodes and edges: everything that templates declare, and which part names which."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from shipway.model.directory import Directory
from shipway.model.node import Node
from shipway.model.value import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipway.model.declarations import Stack
    from shipway.model.location import Location
    from shipway.model.node import Relation
    from shipway.model.resource import Resource
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Unresolved, Value

N = TypeVar("N", bound=Node)


class Edge(NamedTuple):
    """One node names another, or tries to."""

    source: Node
    relation: Relation
    target: Node | Unresolved
    """Unresolved when what it names is in no given template (cause OUTSIDE), or cannot be seen."""
    location: Location
    """The property that does it."""
    value: Value[str]
    kinds: tuple[str, ...]
    """Class names of what may stand there."""


class Graph:
    """All nodes of the given templates, in one reading of their parameters."""

    def __init__(
        self,
        stacks: Iterable[Stack],
        resources: Iterable[Resource],
        sources: SourceTree | None = None,
        reading: str = "",
    ) -> None:
        self.stacks = tuple(stacks)
        self.resources = tuple(resources)
        self.sources = sources
        """The project's files; None when no directory was given."""
        self.reading = reading
        """What the reading takes for granted, in words; empty for the parameters' defaults."""
        self._parents: dict[Node, Node] = {}
        self._nodes = tuple(self._register((*self.stacks, *self.resources)))
        self._by_kind: dict[type[Node], tuple[Node, ...]] = {}
        self.directory = Directory(self.resources)
        self._edges: tuple[Edge, ...] | None = None
        self._from: dict[Node, list[Edge]] = {}
        self._to: dict[Node, list[Edge]] = {}

    def _register(self, nodes: Iterable[Node]) -> Iterator[Node]:
        for node in nodes:
            yield node
            children = tuple(node.children())
            for child in children:
                self._parents[child] = node
            yield from self._register(children)

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Every node of a kind, parts of resources included, in the order of the templates."""
        if kind not in self._by_kind:
            self._by_kind[kind] = tuple(node for node in self._nodes if isinstance(node, kind))
        return self._by_kind[kind]  # type: ignore[return-value]  # filtered by that very kind above

    def parent(self, node: Node) -> Node | None:
        """What a node is a part of; None for a resource."""
        return self._parents.get(node)

    def enclosing(self, node: Node, kind: type[N]) -> N | None:
        """The nearest node of a kind that a node is a part of: ``graph.enclosing(action, Pipeline)``."""
        found = self._parents.get(node)
        while found is not None and not isinstance(found, kind):
            found = self._parents.get(found)
        return found

    def find(self, value: Value[str] | None, *kinds: type[N]) -> N | Unresolved | None:
        """The node that a value names, by reference, ARN or physical name.

        None where there is no value; Unresolved with cause OUTSIDE where it names something that no given
        template declares.
        """
        if value is None:
            return None
        names = tuple(kind.__name__ for kind in kinds)
        return self.directory.find(value, names)  # type: ignore[return-value]  # of one of these kinds

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Every place where a node names another."""
        if self._edges is None:
            self._edges = tuple(self._resolve())
            for edge in self._edges:
                self._from.setdefault(edge.source, []).append(edge)
                if isinstance(edge.target, Node):
                    self._to.setdefault(edge.target, []).append(edge)
        return self._edges

    def _resolve(self) -> Iterator[Edge]:
        for node in self._nodes:
            for link in node.links():
                target = self.directory.find(link.value, link.kinds)
                yield Edge(node, link.relation, target, link.location, link.value, link.kinds)

    def edges_from(self, node: Node, relation: Relation | None = None) -> tuple[Edge, ...]:
        """What a node names; what its parts name is theirs."""
        _ = self.edges
        found = self._from.get(node, ())
        return tuple(edge for edge in found if relation is None or edge.relation is relation)

    def edges_to(self, node: Node, relation: Relation | None = None) -> tuple[Edge, ...]:
        """Who names a node."""
        _ = self.edges
        found = self._to.get(node, ())
        return tuple(edge for edge in found if relation is None or edge.relation is relation)

    def targets(self, node: Node, relation: Relation, kind: type[N]) -> tuple[N, ...]:
        """The nodes of a kind to which a node stands in a relation; those that can be seen."""
        found = (edge.target for edge in self.edges_from(node, relation))
        return tuple(target for target in found if isinstance(target, kind))

    def users(self, node: Node, relation: Relation, kind: type[N]) -> tuple[N, ...]:
        """The nodes of a kind that stand in a relation to this one, each once."""
        found = (edge.source for edge in self.edges_to(node, relation))
        return tuple(dict.fromkeys(source for source in found if isinstance(source, kind)))

    def one(self, logical_id: str, kind: type[N]) -> N | None:
        """The resource of a kind with a logical id; None when there is none."""
        return next((node for node in self.all(kind) if node.logical_id == logical_id), None)

    def same(self, first: Value[str] | None, second: Value[str] | None) -> bool | None:
        """Whether two values are the same string when deployed; None when that cannot be seen."""
        if first is None or second is None:
            return first is second
        if isinstance(first, Known) and isinstance(second, Known):
            return first.value == second.value
        if first.text is not None and second.text is not None and first.text.filled() == second.text.filled():
            return True
        return None
