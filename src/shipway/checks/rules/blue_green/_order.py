"""In which order CloudFormation creates the resources of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource


def needs_of(resource: Resource, graph: PipelineGraph) -> frozenset[str]:
    """Logical ids of what is created before a resource, because it, or what it needs, refers to them."""
    own = {each.logical_id: each for each in graph.resources if each.stack == resource.stack}
    found: set[str] = set()
    waiting = [resource]
    while waiting:
        each = waiting.pop()
        for name in _named_by(each) - found:
            found.add(name)
            if name in own:
                waiting.append(own[name])
    return frozenset(found)


def _named_by(resource: Resource) -> set[str]:
    tokens = (token for _, value in resource.properties.walk() for token in text_of(value).tokens)
    referred = {token.name for token in tokens if token.kind is TokenKind.RESOURCE}
    return {*resource.depends_on, *referred}
