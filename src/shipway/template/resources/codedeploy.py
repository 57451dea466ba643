"""AWS::CodeDeploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.release import (
    AlarmWatch,
    Application,
    AutoRollback,
    BlueTermination,
    DeploymentConfig,
    DeploymentGroup,
    EcsTarget,
    TargetGroupPair,
)
from shipway.model.value import Many

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _application(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Application:
    return Application(**declared, platform=cursor.text("ComputePlatform"))


def _config(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> DeploymentConfig:
    return DeploymentConfig(**declared, platform=cursor.text("ComputePlatform"))


def _group(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> DeploymentGroup:
    services = cursor.items("ECSServices")
    pairs = cursor.items("LoadBalancerInfo", "TargetGroupPairInfoList")
    return DeploymentGroup(
        **declared,
        application=cursor.text("ApplicationName"),
        role=cursor.text("ServiceRoleArn"),
        config=cursor.text("DeploymentConfigName"),
        deployment_type=cursor.text("DeploymentStyle", "DeploymentType"),
        deployment_option=cursor.text("DeploymentStyle", "DeploymentOption"),
        services=Many.of(
            [
                EcsTarget(
                    location=each.location,
                    cluster=each.text("ClusterName"),
                    service=each.text("ServiceName"),
                )
                for each in services
            ],
            services.rest,
        ),
        load_balancer_configured=cursor.has("LoadBalancerInfo"),
        pairs=Many.of([_pair(each) for each in pairs], pairs.rest),
        rollback=_rollback(cursor.child("AutoRollbackConfiguration")),
        watch=_watch(cursor.child("AlarmConfiguration")),
        blue=_blue(cursor.child("BlueGreenDeploymentConfiguration")),
        ec2_tag_filters=any(cursor.has(key) for key in ("Ec2TagFilters", "Ec2TagSet", "AutoScalingGroups")),
    )


def _pair(cursor: Cursor) -> TargetGroupPair:
    groups = cursor.items("TargetGroups")
    return TargetGroupPair(
        location=cursor.location,
        target_groups=_names(groups),
        production_listeners=cursor.texts("ProdTrafficRoute", "ListenerArns"),
        test_listeners=cursor.texts("TestTrafficRoute", "ListenerArns"),
    )


def _names(items: Many[Cursor]) -> Many[Value[str]]:
    names = [each.text("Name") for each in items]
    return Many.of([name for name in names if name is not None], items.rest)


def _rollback(cursor: Cursor) -> AutoRollback:
    return AutoRollback(
        location=cursor.location, enabled=cursor.boolean("Enabled"), events=cursor.texts("Events")
    )


def _watch(cursor: Cursor) -> AlarmWatch:
    return AlarmWatch(
        location=cursor.location,
        enabled=cursor.boolean("Enabled"),
        alarms=_names(cursor.items("Alarms")),
        ignores_poll_failure=cursor.boolean("IgnorePollAlarmFailure"),
    )


def _blue(cursor: Cursor) -> BlueTermination:
    terminate = cursor.child("TerminateBlueInstancesOnDeploymentSuccess")
    ready = cursor.child("DeploymentReadyOption")
    return BlueTermination(
        location=cursor.location,
        configured=cursor.present,
        action=terminate.text("Action"),
        wait_minutes=terminate.integer("TerminationWaitTimeInMinutes"),
        ready_action=ready.text("ActionOnTimeout"),
        ready_wait_minutes=ready.integer("WaitTimeInMinutes"),
    )


PARSERS: dict[str, Parser] = {
    "AWS::CodeDeploy::Application": _application,
    "AWS::CodeDeploy::DeploymentConfig": _config,
    "AWS::CodeDeploy::DeploymentGroup": _group,
}
