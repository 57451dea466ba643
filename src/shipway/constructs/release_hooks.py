"""Functions that are asked during a release whether it may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from shipway.constructs.deploy_stage import Engine
from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import Construct

# https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
# and botocore ecs DeploymentLifecycleHookStage
_EVENTS = {
    Engine.CODE_DEPLOY: (
        "BeforeInstall",
        "AfterInstall",
        "AfterAllowTestTraffic",
        "BeforeAllowTraffic",
        "AfterAllowTraffic",
    ),
    Engine.ECS: (
        "RECONCILE_SERVICE",
        "PRE_SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
    ),
}


def require_hooks(engine: Engine, hooks: Mapping[str, lambda_.IFunction]) -> dict[str, lambda_.IFunction]:
    """The hooks, in the order in which they are called.

    Raises:
        InputError: The engine has no such event.
    """
    for event in hooks:
        if event not in _EVENTS[engine]:
            raise InputError(
                f"a deployment by {engine.value} has no such event",
                where="hooks",
                value=repr(event),
                remedy=f"Use one of {', '.join(_EVENTS[engine])}",
            )
    return {event: hooks[event] for event in _EVENTS[engine] if event in hooks}


def let_hooks_answer(
    scope: Construct, hooks: Iterable[lambda_.IFunction], application: str, group: str
) -> None:
    """Let the functions tell CodeDeploy their verdict on deployments of this group, known by its name.

    By name: the group's role names the functions, and a function waits for its policy.
    """
    arn = Stack.of(scope).format_arn(
        service="codedeploy",
        resource="deploymentgroup",
        resource_name=f"{application}/{group}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    for function in hooks:
        iam.Grant.add_to_principal(
            grantee=function,
            actions=["codedeploy:PutLifecycleEventHookExecutionStatus"],
            resource_arns=[arn],
        )
