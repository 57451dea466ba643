"""What the classes of the vocabulary declare about each other is true."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest

import shipway.model
from shipway.model.graph import PipelineGraph
from shipway.model.node import Node
from shipway.model.pipeline import _NAMED
from shipway.model.resource import Resource

for module in iter_modules(shipway.model.__path__):
    import_module(f"shipway.model.{module.name}")


def below(kind: type[Node]) -> list[type[Node]]:
    return [each for sub in kind.__subclasses__() for each in (sub, *below(sub))]


KINDS = below(Node)
RESOURCES = {kind.__name__ for kind in below(Resource)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_fields_that_name_others_exist_and_name_resources(kind: type[Node]) -> None:
    for name in kind.names:
        assert hasattr(kind, name.field) or any(
            name.field in base.__annotations__ for base in kind.__mro__[:-1]
        )
        assert set(name.kinds) <= RESOURCES


def test_configuration_keys_name_resources() -> None:
    assert {kind for keys in _NAMED.values() for _, kind in keys.values()} <= RESOURCES


def test_nodes_are_frozen() -> None:
    graph = PipelineGraph((), ())
    assert graph.resources == ()
    with pytest.raises(AttributeError, match="frozen"):
        Node(location=None).location = None  # type: ignore[arg-type,misc]  # that is the point
