"""What becomes of a resource when its stack goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.function import Function
from shipway.model.text import TokenKind
from shipway.model.value import Unresolved, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.text import Text

_KEPT = frozenset({"Retain", "RetainExceptOnCreate"})


def is_kept(resource: Resource) -> bool:
    """Whether the resource is known to stay, or cannot be seen to go."""
    return known(resource.deletion_policy) in _KEPT or isinstance(resource.deletion_policy, Unresolved)


def stays(resource: Resource) -> bool:
    """Whether the resource, or a snapshot of it, is known to stay."""
    return known(resource.deletion_policy) in {*_KEPT, "Snapshot"}


def is_emptied(resource: Resource, graph: PipelineGraph) -> bool:
    """Whether a custom resource knows of it: by a property, or by a variable of its function.

    What the function does there is not seen; who hands it over mostly wants it emptied.
    """
    name = text_of(resource.name).filled()
    for custom in graph.resources:
        if not custom.cfn_type.startswith(("Custom::", "AWS::CloudFormation::CustomResource")):
            continue
        for text in _known_to(custom, graph):
            tokens = ((token.kind, token.stack, token.name) for token in text.tokens)
            if (TokenKind.RESOURCE, resource.stack, resource.logical_id) in tokens:
                return True
            if name.parts and text.filled() == name:
                return True
    return False


def _known_to(custom: Resource, graph: PipelineGraph) -> Iterator[Text]:
    for _, value in custom.properties.walk():
        yield text_of(value)
    function = graph.find(custom.properties.text("ServiceToken"), Function)
    if isinstance(function, Function):
        for value in function.variables.values():
            yield text_of(value)
