"""What build, test, approval, invoke and deploy actions call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.alerts import Topic
from shipway.model.release import DeploymentGroup
from shipway.model.service import Service, TaskDefinition
from shipway.model.value import known
from shipway.permissions.calls.call import Call
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shipway.model.identity import Role
    from shipway.model.pipeline import Action
    from shipway.permissions.calls.call import Scene

_DEFAULT_CONFIG = "CodeDeployDefault.OneAtATime"


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every action that is no source."""
    for pipeline in scene.graph.pipelines:
        for action in pipeline.actions:
            role = scene.role_of_action(action, pipeline)
            of = _BY_PROVIDER.get(known(action.provider) or "")
            if role is not None and of is not None and known(action.category) != "Source":
                yield from of(action, role, scene)


def _name(action: Action, key: str, scene: Scene, unseen: str = SOME_NAME) -> str:
    return scene.names.of(action.configuration.get(key), unseen)


def _codebuild(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    where = (scene.names.here("codebuild", f"project/{_name(action, 'ProjectName', scene)}"),)
    batch = known(action.configuration.get("BatchEnabled")) == "true"
    yield Call("action.codebuild.batch" if batch else "action.codebuild", role, where, action)
    yield Call("action.codebuild.stop", role, where, action)


def _approval(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    value = action.configuration.get("NotificationArn")
    if value is None:
        return
    yield Call("action.approval", role, (scene.names.of(value),), action)
    topic = scene.graph.find(value, Topic)
    key = scene.key(topic.key) if isinstance(topic, Topic) else None
    if key is not None:
        yield Call("action.approval.kms", role, (key,), action)


def _lambda(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    where = scene.names.here("lambda", f"function:{_name(action, 'FunctionName', scene)}")
    yield Call("action.lambda", role, (where,), action)
    yield Call("action.lambda.list", role, ("*",), action)


def _states(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    machine = _name(action, "StateMachineArn", scene, SOME_TEXT)
    yield Call("action.states", role, (machine,), action)
    runs = (
        f"{machine.replace(':stateMachine:', ':execution:')}:{SOME_NAME}"
        if ":stateMachine:" in machine
        else SOME_TEXT
    )
    yield Call("action.states.result", role, (runs,), action)


def _s3(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    bucket = scene.bucket(action.configuration.get("BucketName"))
    yield Call("action.s3deploy", role, (f"{bucket}/{SOME_TEXT}",), action)
    yield Call("action.s3deploy.more", role, (bucket, f"{bucket}/{SOME_TEXT}"), action)


def _cloudformation(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    mode = (known(action.configuration.get("ActionMode")) or "").lower()
    if mode in {
        "create_update",
        "replace_on_failure",
        "delete_only",
        "change_set_replace",
        "change_set_execute",
    }:
        stack = scene.names.here("cloudformation", f"stack/{_name(action, 'StackName', scene)}/{SOME_NAME}")
        change_set = {"cloudformation:ChangeSetName": _name(action, "ChangeSetName", scene)}
        context = change_set if mode.startswith("change_set") else {}
        yield Call(f"action.cfn.{mode}", role, (stack,), action, context=context)
    passed = scene.passed(action.configuration.get("RoleArn"))
    if passed:
        yield Call("action.cfn.passrole", role, passed, action)
        yield from scene.trust(
            "trust.cfn", action.configuration.get("RoleArn"), "cloudformation.amazonaws.com", action
        )


def _codedeploy(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    application, group, config = _codedeploy_arns(action, scene)
    yield Call("action.cd.application", role, (application,), action)
    yield Call("action.cd.getapplication", role, (application,), action)
    yield Call("action.cd.deployment", role, (group,), action)
    yield Call("action.cd.config", role, (config,), action)


def _codedeploy_to_ecs(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    application, group, config = _codedeploy_arns(action, scene)
    yield Call("action.cdecs.application", role, (application,), action)
    yield Call("action.cdecs.deployment", role, (group,), action)
    yield Call("action.cdecs.config", role, (config,), action)
    yield from _registers("action.cdecs", action, role, scene)


def _codedeploy_arns(action: Action, scene: Scene) -> tuple[str, str, str]:
    application = _name(action, "ApplicationName", scene)
    group = _name(action, "DeploymentGroupName", scene)
    declared = scene.graph.deployment_group_of(action)
    if isinstance(declared, DeploymentGroup):
        config = scene.names.of(declared.config, _DEFAULT_CONFIG)
    else:
        config = SOME_NAME
    return (
        scene.names.here("codedeploy", f"application:{application}"),
        scene.names.here("codedeploy", f"deploymentgroup:{application}/{group}"),
        scene.names.here("codedeploy", f"deploymentconfig:{config}"),
    )


def _ecs(action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    cluster = _name(action, "ClusterName", scene).rpartition("cluster/")[2]
    service = _name(action, "ServiceName", scene)
    arn = service if service.startswith("arn:") else scene.names.here("ecs", f"service/{cluster}/{service}")
    yield Call("action.ecs.service", role, (arn,), action)
    yield Call("action.ecs.any", role, ("*",), action)
    yield Call("action.ecs.tasks", role, (scene.names.here("ecs", f"task/{cluster}/{SOME_NAME}"),), action)
    yield Call(
        "action.ecs.listtasks",
        role,
        (scene.names.here("ecs", f"container-instance/{cluster}/{SOME_NAME}"),),
        action,
    )
    yield from _registers("action.ecs", action, role, scene)


def _registers(entry: str, action: Action, role: Role, scene: Scene) -> Iterator[Call]:
    """The action registers a revision of the task definition, and hands its roles over."""
    task = task_deployed_by(action, scene)
    family = scene.names.name(task) if task is not None else SOME_NAME
    where = (scene.names.here("ecs", f"task-definition/{family}:{SOME_NAME}"),)
    yield Call(f"{entry}.register", role, where, action)
    tagged = entry == "action.ecs" and task is not None and task.properties.has("Tags")
    tags = f"{entry}.tag.tagged" if tagged else f"{entry}.tag"
    yield Call(tags, role, where, action, context={"ecs:CreateAction": "RegisterTaskDefinition"})
    if task is None:
        yield Call(f"{entry}.passrole", role, (scene.names.some_role,), action)
        return
    passed = (*scene.passed(task.execution_role), *scene.passed(task.task_role))
    if passed:
        yield Call(f"{entry}.passrole", role, tuple(dict.fromkeys(passed)), action)


def task_deployed_by(action: Action, scene: Scene) -> TaskDefinition | None:
    """The task definition of the service that an action deploys; None when it cannot be seen."""
    service = scene.graph.service_deployed_by(action)
    if not isinstance(service, Service):
        return None
    task = scene.graph.find(service.task_definition, TaskDefinition)
    return task if isinstance(task, TaskDefinition) else None


_BY_PROVIDER: dict[str, Callable[[Action, Role, Scene], Iterator[Call]]] = {
    "CodeBuild": _codebuild,
    "Manual": _approval,
    "Lambda": _lambda,
    "StepFunctions": _states,
    "S3": _s3,
    "CloudFormation": _cloudformation,
    "CodeDeploy": _codedeploy,
    "CodeDeployToECS": _codedeploy_to_ecs,
    "ECS": _ecs,
}
