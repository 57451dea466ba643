"""Templates as graphs, and what is asked of them."""

from collections.abc import Callable

import pytest

from shipway.model.graph import PipelineGraph
from shipway.permissions.needs import Need, needs_of
from shipway.template.build_graph import build_graphs
from shipway.template.read import parse_template

GraphOf = Callable[[str], PipelineGraph]
NeedsOf = Callable[[str], list[Need]]


@pytest.fixture
def graph_of() -> GraphOf:
    """The graph of a YAML template, in the reading of its defaults."""
    return lambda text: next(iter(build_graphs([parse_template(text, "template.yml")])))


@pytest.fixture
def needs_in(graph_of: GraphOf) -> NeedsOf:
    """All needs of a YAML template."""
    return lambda text: list(needs_of(graph_of(text)).all)
