"""What ECS calls to start a task as its execution role, and the little that is known of the task's role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.project import Project
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known
from shipway.permissions.calls.builds import pipelines_of
from shipway.permissions.calls.call import ECS_TASKS, Call
from shipway.permissions.calls.commands import pushed_repositories
from shipway.permissions.calls.deploys import task_deployed_by
from shipway.permissions.calls.images import any_repository, repository_arn
from shipway.permissions.calls.secrets import parameter_arn, secret_calls
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.model.service import Container
    from shipway.permissions.calls.call import Scene


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every task definition and service."""
    for task in scene.graph.all(TaskDefinition):
        yield from scene.trust("trust.ecs-exec", task.execution_role, ECS_TASKS, task)
        yield from scene.trust("trust.ecs-task", task.task_role, ECS_TASKS, task)
        role = scene.role(task.execution_role)
        if role is None:
            continue
        yield from _images(task, role, scene)
        for container in task.containers:
            yield from _logs(container, task, role, scene)
            yield from _secrets(container, task, role, scene)
    for service in scene.graph.all(Service):
        yield from _exec(service, scene)


def _images(task: TaskDefinition, role: Role, scene: Scene) -> Iterator[Call]:
    declared = (repository_arn(scene.names.of(each.image, "")) for each in task.containers)
    images = dict.fromkeys(arn for arn in declared if arn is not None)
    images.update(dict.fromkeys(_delivered(task, scene)))
    if images:
        yield Call("exec.pull", role, tuple(images), task)
        yield Call("exec.pull.auth", role, ("*",), task)
    elif _deploying(task, scene):
        yield Call("exec.pull.pipeline", role, (any_repository(scene.names),), task)
        yield Call("exec.pull.pipeline.auth", role, ("*",), task)


def _delivered(task: TaskDefinition, scene: Scene) -> Iterator[str]:
    """Repositories that the pipelines which deploy the task push to: its image will be from there."""
    for pipeline in _deploying(task, scene):
        for project in scene.graph.all(Project):
            if any(used is pipeline for _, used in pipelines_of(project, scene)):
                yield from pushed_repositories(project, scene)


def _deploying(task: TaskDefinition, scene: Scene) -> tuple[object, ...]:
    """The pipelines that deploy the task's service."""
    return tuple(
        pipeline
        for pipeline in scene.graph.pipelines
        if any(
            each.is_a("CodeDeployToECS", "ECS") and task_deployed_by(each, scene) is task
            for each in pipeline.actions
        )
    )


def _logs(container: Container, task: TaskDefinition, role: Role, scene: Scene) -> Iterator[Call]:
    if known(container.log_driver) != "awslogs" or container.log_group is None:
        return
    group = scene.names.here("logs", f"log-group:{scene.names.of(container.log_group)}")
    yield Call("exec.logs", role, (f"{group}:log-stream:{SOME_NAME}",), task)
    if known(container.creates_log_group) == "true":
        yield Call("exec.logs.create", role, (group,), task)


def _secrets(container: Container, task: TaskDefinition, role: Role, scene: Scene) -> Iterator[Call]:
    for value in container.secrets.values():
        reference = scene.names.of(value)
        if ":secretsmanager:" in reference:
            yield from secret_calls(("exec.secrets.sm", "exec.secrets.kms"), reference, role, task, scene)
        elif ":ssm:" in reference or (SOME_TEXT not in reference and not reference.startswith("arn:")):
            yield Call("exec.secrets.ssm", role, (parameter_arn(reference, scene),), task)
    index = task.containers.index(container)
    credentials = task.properties.text(
        "ContainerDefinitions", index, "RepositoryCredentials", "CredentialsParameter"
    )
    if credentials is not None:
        yield Call("exec.repocreds", role, (scene.names.of(credentials),), task)


def _exec(service: Service, scene: Scene) -> Iterator[Call]:
    task = scene.graph.find(service.task_definition, TaskDefinition)
    enabled = known(service.properties.boolean("EnableExecuteCommand"))
    role = scene.role(task.task_role) if isinstance(task, TaskDefinition) else None
    if enabled and role is not None:
        yield Call("task.exec", role, ("*",), service)
