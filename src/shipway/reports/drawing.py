"""A pipeline as columns of cards, from what starts it to who is told: what the HTML report draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.model.alerts import EventRule, Topic
from shipway.model.balancer import Listener, ListenerRule, TargetGroup
from shipway.model.resource import Resource
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.pipeline import Action, Pipeline


class Part(NamedTuple):
    """A resource, or a place in one, that findings can stand on."""

    name: str
    text: str
    """The name with its kind."""
    template: str
    path: tuple[str | int, ...]
    """A finding stands on it when its path begins with this one."""

    def holds(self, location: Location) -> bool:
        """Whether a finding at a place stands on this part."""
        return location.template == self.template and location.path[: len(self.path)] == self.path


class Card(NamedTuple):
    """One thing that happens, with the resources that it uses."""

    title: str
    kind: str
    parts: tuple[Part, ...]


class Column(NamedTuple):
    """What happens at one time."""

    title: str
    cards: tuple[Card, ...]


class Drawing(NamedTuple):
    """One pipeline."""

    title: Part
    columns: tuple[Column, ...]

    @property
    def parts(self) -> Iterator[Part]:
        """Every part, the pipeline itself last: what stands on none of the others stands on it."""
        for column in self.columns:
            for card in column.cards:
                yield from card.parts
        yield self.title


def drawings(graph: PipelineGraph) -> Iterator[Drawing]:
    """The drawing of each pipeline of a graph."""
    for pipeline in graph.pipelines:
        columns = (
            Column("Starts it", tuple(_starters(pipeline, graph))),
            *(
                Column(known(stage.name) or "?", tuple(_action(action, graph) for action in stage.actions))
                for stage in pipeline.stages
            ),
            Column("Runs", tuple(_services(pipeline, graph))),
            Column("Is told", tuple(_told(pipeline, graph))),
        )
        yield Drawing(_part(pipeline), tuple(column for column in columns if column.cards))


def _starters(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[Card]:
    for rule in graph.rules_that_start(pipeline):
        yield _card(rule)
    for webhook in graph.webhooks_of(pipeline):
        yield _card(webhook)


def _action(action: Action, graph: PipelineGraph) -> Card:
    used = [edge.target for edge in graph.edges_from(action) if isinstance(edge.target, Resource)]
    project = graph.project_of(action)
    if isinstance(project, Resource):
        role = graph.role_of(project)
        used += [role] if isinstance(role, Resource) else []
    name = known(action.name) or "?"
    own = Part("the action itself", action.said, action.location.template, action.location.path)
    kind = known(action.provider) or known(action.category) or "?"
    return Card(name, kind, (own, *_parts(used)))


def _services(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[Card]:
    services: dict[Service, None] = {}
    for action in pipeline.actions:
        service = graph.service_deployed_by(action)
        if isinstance(service, Service):
            services[service] = None
    for service in services:
        definition = graph.find(service.task_definition, TaskDefinition)
        yield _card(service, *([definition] if isinstance(definition, Resource) else []))
        for title, group in _target_groups(service, graph):
            forwarding = (_listener(each, graph) for each in graph.listeners_that_send_to(group))
            yield Card(title, group.label, _parts([group, *forwarding]))


def _target_groups(service: Service, graph: PipelineGraph) -> Iterator[tuple[str, TargetGroup]]:
    """Blue and green, as far as they can be seen; blue is the one that the service begins with."""
    found: dict[TargetGroup, None] = {}
    named = [
        name for each in service.load_balancers for name in (each.target_group, each.alternate_target_group)
    ]
    named += [
        name
        for group in graph.groups_that_deploy(service)
        for pair in group.pairs
        for name in pair.target_groups
    ]
    for name in named:
        group = graph.find(name, TargetGroup)
        if isinstance(group, TargetGroup):
            found[group] = None
    titles = ("Blue", "Green") if len(found) > 1 else ("Targets",)
    yield from zip(titles, found, strict=False)


def _listener(each: Listener | ListenerRule, graph: PipelineGraph) -> Resource:
    if isinstance(each, ListenerRule):
        found = graph.find(each.listener, Listener)
        return found if isinstance(found, Listener) else each
    return each


def _told(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[Card]:
    """The topics that hear of the pipeline, each with who publishes to it."""
    about = {pipeline, *pipeline.actions, *graph.rules_on("aws.codepipeline")}
    starters = set(graph.rules_that_start(pipeline))
    for topic in graph.all(Topic):
        publishers = [each for each in graph.publishers_of(topic) if each in about and each not in starters]
        if publishers:
            subscriptions = graph.subscriptions_of(topic)
            rules = [each for each in publishers if isinstance(each, EventRule)]
            yield Card(topic.logical_id, topic.label, _parts([topic, *rules, *subscriptions]))


def _card(resource: Resource, *used: Resource) -> Card:
    return Card(resource.logical_id, resource.label, _parts([resource, *used]))


def _parts(resources: Iterable[Resource]) -> tuple[Part, ...]:
    return tuple(_part(each) for each in dict.fromkeys(resources))


def _part(resource: Resource) -> Part:
    return Part(resource.logical_id, resource.said, resource.stack, resource.location.path)
