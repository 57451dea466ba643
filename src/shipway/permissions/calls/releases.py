"""What CodeDeploy, and ECS itself, call to release a new version of an ECS service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.balancer import ListenerRule
from shipway.model.project import Project
from shipway.model.release import DeploymentGroup
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known
from shipway.permissions.calls.call import Call
from shipway.permissions.calls.shell import ShellValues
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.model.release import EcsTarget
    from shipway.permissions.calls.call import Scene

_HOOK = (  # compiled when an AppSpec can be seen
    r"\b(?:BeforeInstall|AfterInstall|AfterAllowTestTraffic|BeforeAllowTraffic|AfterAllowTraffic)\b"
    r"[\"']?\s*:\s*[\"']?(?P<function>[^\s\"',}]+)"
)


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every deployment group, and of every service that ECS shifts by itself."""
    for group in scene.graph.all(DeploymentGroup):
        yield from scene.trust("trust.codedeploy", group.role, "codedeploy.amazonaws.com", group)
        role = scene.role(group.role)
        if role is not None and group.services:
            yield from _codedeploy(group, role, scene)
    for service in scene.graph.all(Service):
        yield from _native(service, scene)


def _codedeploy(group: DeploymentGroup, role: Role, scene: Scene) -> Iterator[Call]:
    for target in group.services:
        yield from _service(target, group, role, scene)
    yield Call("cd.elb.describe", role, ("*",), group)
    yield from _shift(group, role, scene)
    yield from _watch(group, role, scene)
    hooks = tuple(dict.fromkeys(_hooks(scene)))
    if hooks:
        yield Call("cd.hooks.named", role, hooks, group)
    else:
        yield Call("cd.hooks", role, (scene.names.here("lambda", f"function:{SOME_TEXT}"),), group)


def _service(target: EcsTarget, group: DeploymentGroup, role: Role, scene: Scene) -> Iterator[Call]:
    names = scene.names
    cluster = names.of(target.cluster, SOME_NAME).rpartition("cluster/")[2]
    service = names.of(target.service, SOME_NAME).rpartition("/")[2]
    yield Call("cd.service", role, (names.here("ecs", f"service/{cluster}/{service}"),), group)
    sets = names.here("ecs", f"task-set/{cluster}/{service}/{SOME_NAME}")
    yield Call("cd.taskset", role, (sets,), group)
    declared = scene.graph.find(target.service, Service)
    task = (
        scene.graph.find(declared.task_definition, TaskDefinition) if isinstance(declared, Service) else None
    )
    if isinstance(task, TaskDefinition):
        passed = (*scene.passed(task.execution_role), *scene.passed(task.task_role))
    else:
        passed = (scene.names.some_role,)
    if passed:
        yield Call("cd.passrole", role, tuple(dict.fromkeys(passed)), group)


def _shift(group: DeploymentGroup, role: Role, scene: Scene) -> Iterator[Call]:
    listeners: dict[str, None] = {}
    rules: dict[str, None] = {}
    for pair in group.pairs:
        for value in (*pair.production_listeners, *pair.test_listeners):
            is_rule = isinstance(scene.graph.find(value, ListenerRule), ListenerRule)
            (rules if is_rule else listeners)[scene.names.of(value)] = None
    if listeners:
        yield Call("cd.elb.listener", role, tuple(listeners), group)
    if rules:
        yield Call("cd.elb.listener.rule", role, tuple(rules), group)
    # A listener that has rules of its own is shifted at these; a template need not tell which those are.
    yield Call(
        "cd.elb.rule",
        role,
        (scene.names.here("elasticloadbalancing", f"listener-rule/app/{SOME_TEXT}"),),
        group,
    )


def _watch(group: DeploymentGroup, role: Role, scene: Scene) -> Iterator[Call]:
    if known(group.watch.enabled) is not False and group.alarm_names:
        alarms = tuple(
            scene.names.here("cloudwatch", f"alarm:{scene.names.of(each)}") for each in group.alarm_names
        )
        yield Call("cd.alarms", role, alarms, group)
    count = len(group.properties.tree("TriggerConfigurations") or ())
    topics = (group.properties.text("TriggerConfigurations", n, "TriggerTargetArn") for n in range(count))
    told = tuple(scene.names.of(topic) for topic in topics if topic is not None)
    if told:
        yield Call("cd.triggers", role, told, group)


def _hooks(scene: Scene) -> Iterator[str]:
    """ARNs of the functions in AppSpecs that can be seen: in the source, or written by a buildspec."""
    for text in _app_specs(scene):
        for found in re.finditer(_HOOK, text):
            name = found["function"]
            if "$" in name:
                name = SOME_TEXT
            yield name if name.startswith("arn:") else scene.names.here("lambda", f"function:{name}")


def _app_specs(scene: Scene) -> Iterator[str]:
    if scene.graph.sources is not None:
        for suffix in ("appspec.yaml", "appspec.yml", "appspec.json"):
            for path in scene.graph.sources.files(suffix):
                yield scene.graph.sources.read(path) or ""
    for project in scene.graph.all(Project):
        if project.buildspec is None:
            continue
        values = ShellValues(project, project.buildspec, scene.names)
        for step in values.along(project.buildspec.steps):
            call = step.invocation
            if call.stdin and any("appspec" in file for file in call.writes_to):
                yield values.written(call.stdin)


def _native(service: Service, scene: Scene) -> Iterator[Call]:
    """Blue/green by ECS itself, as the infrastructure role of the service."""
    for each in service.load_balancers:
        role = scene.role(each.role)
        if role is None:
            continue
        yield from scene.trust("trust.ecs", each.role, "ecs.amazonaws.com", service)
        groups = tuple(
            scene.names.of(value) for value in (each.target_group, each.alternate_target_group) if value
        )
        yield Call("ecs.elb.describe", role, ("*",), service)
        yield Call("ecs.elb.targets", role, groups, service)
        for value in (each.production_rule, each.test_rule):
            if value is not None:
                arn = scene.names.of(value)
                entry = "ecs.elb.rule" if ":listener-rule/" in arn else "ecs.elb.listener"
                if ":listener" in arn:
                    yield Call(entry, role, (arn,), service)
