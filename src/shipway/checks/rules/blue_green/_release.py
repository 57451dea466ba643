"""What the rules of the family ask about a release: its platform, its groups, who balances whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.balancer import Listener, ListenerRule, LoadBalancer, TargetGroup
from shipway.model.release import Application
from shipway.model.service import TaskDefinition
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.graph import PipelineGraph
    from shipway.model.release import DeploymentGroup, TargetGroupPair
    from shipway.model.service import Service
    from shipway.model.value import Value

NATIVE = frozenset({"BLUE_GREEN", "LINEAR", "CANARY"})
"""The strategies by which ECS itself shifts traffic."""


def platform_of(group: DeploymentGroup, graph: PipelineGraph) -> str | None:
    """ECS, Lambda or Server; None when that cannot be seen.

    What only ECS has tells it too: the application is often in another stack.
    """
    if group.services or group.pairs:
        return "ECS"
    application = graph.find(group.application, Application)
    if isinstance(application, Application):
        return "Server" if application.platform is None else known(application.platform)
    return "Server" if group.ec2_tag_filters else None


def targets_of(pair: TargetGroupPair, graph: PipelineGraph) -> tuple[TargetGroup, ...] | None:
    """The target groups of a pair; None when one of them cannot be seen."""
    return _all_seen(pair.target_groups, graph) if pair.target_groups.complete else None


def balanced_by(service: Service, graph: PipelineGraph) -> tuple[TargetGroup, ...] | None:
    """The target groups that a service registers its tasks in; None when one of them cannot be seen."""
    if not service.load_balancers.complete:
        return None
    return _all_seen((each.target_group for each in service.load_balancers), graph)


def sent_to(
    route: Listener | ListenerRule, graph: PipelineGraph, *, with_rules: bool = True
) -> tuple[TargetGroup, ...] | None:
    """Where a listener, its rules included, or one rule sends; None when one target cannot be seen."""
    routes = [route]
    if with_rules and isinstance(route, Listener):
        rules = graph.all(ListenerRule)
        if any(isinstance(graph.find(each.listener, Listener), Unresolved) for each in rules):
            return None
        routes += [each for each in rules if graph.find(each.listener, Listener) is route]
    if not all(each.forwards.complete for each in routes):
        return None
    return _all_seen((forward.target_group for each in routes for forward in each.forwards), graph)


def _all_seen(values: Iterable[Value[str] | None], graph: PipelineGraph) -> tuple[TargetGroup, ...] | None:
    found = [graph.find(value, TargetGroup) for value in values]
    seen = tuple(each for each in found if isinstance(each, TargetGroup))
    return seen if len(seen) == len(found) else None


def balancer_of(route: Listener | ListenerRule, graph: PipelineGraph) -> LoadBalancer | None:
    """The load balancer of a listener or of a rule, where it can be seen."""
    listener = graph.find(route.listener, Listener) if isinstance(route, ListenerRule) else route
    if not isinstance(listener, Listener):
        return None
    found = graph.find(listener.load_balancer, LoadBalancer)
    return found if isinstance(found, LoadBalancer) else None


def task_of(service: Service, graph: PipelineGraph) -> TaskDefinition | None:
    """The task definition that a service runs, where it can be seen."""
    found = graph.find(service.task_definition, TaskDefinition)
    return found if isinstance(found, TaskDefinition) else None


def is_under_codedeploy(service: Service) -> bool:
    """Whether the service's deployment controller is known to be CODE_DEPLOY."""
    return known(service.controller) == "CODE_DEPLOY"


def is_watched(group: DeploymentGroup) -> bool | None:
    """Whether alarms stop a deployment of the group; None when that cannot be seen."""
    if known(group.watch.enabled) is False:
        return False
    if group.watch.alarms:
        return True if group.watch.enabled is None or known(group.watch.enabled) else None
    return False if group.watch.alarms.complete else None
