"""Functions that are asked during a release whether it may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.constructs.deploy_stage import Engine
from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_

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
