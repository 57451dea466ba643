"""AWS::ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.service import Cluster, Container, ContainerBalancing, Rollout, Service, TaskDefinition
from shipway.model.value import Many

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _cluster(declared: Declared, _cursor: Cursor, _sources: SourceTree | None) -> Cluster:
    return Cluster(**declared)


def _service(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Service:
    network = cursor.child("NetworkConfiguration", "AwsvpcConfiguration")
    balancers = cursor.items("LoadBalancers")
    return Service(
        **declared,
        cluster=cursor.text("Cluster"),
        task_definition=cursor.text("TaskDefinition"),
        controller=cursor.text("DeploymentController", "Type"),
        launch_type=cursor.text("LaunchType"),
        desired_count=cursor.integer("DesiredCount"),
        load_balancers=Many.of([_balancing(each) for each in balancers], balancers.rest),
        rollout=_rollout(cursor.child("DeploymentConfiguration")),
        security_groups=network.texts("SecurityGroups"),
        subnets=network.texts("Subnets"),
        public_ip=network.text("AssignPublicIp"),
        grace_seconds=cursor.integer("HealthCheckGracePeriodSeconds"),
    )


def _balancing(cursor: Cursor) -> ContainerBalancing:
    advanced = cursor.child("AdvancedConfiguration")
    return ContainerBalancing(
        location=cursor.location,
        target_group=cursor.text("TargetGroupArn"),
        container=cursor.text("ContainerName"),
        port=cursor.integer("ContainerPort"),
        advanced=advanced.present,
        alternate_target_group=advanced.text("AlternateTargetGroupArn"),
        production_rule=advanced.text("ProductionListenerRule"),
        test_rule=advanced.text("TestListenerRule"),
        role=advanced.text("RoleArn"),
    )


def _rollout(cursor: Cursor) -> Rollout:
    return Rollout(
        location=cursor.location,
        strategy=cursor.text("Strategy"),
        bake_minutes=cursor.integer("BakeTimeInMinutes"),
        circuit_breaker=cursor.boolean("DeploymentCircuitBreaker", "Enable"),
        circuit_breaker_rolls_back=cursor.boolean("DeploymentCircuitBreaker", "Rollback"),
        alarms=cursor.texts("Alarms", "AlarmNames"),
        alarms_enabled=cursor.boolean("Alarms", "Enable"),
        minimum_healthy_percent=cursor.integer("MinimumHealthyPercent"),
        maximum_percent=cursor.integer("MaximumPercent"),
    )


def _task_definition(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> TaskDefinition:
    containers = cursor.items("ContainerDefinitions")
    return TaskDefinition(
        **declared,
        containers=Many.of([_container(each) for each in containers], containers.rest),
        task_role=cursor.text("TaskRoleArn"),
        execution_role=cursor.text("ExecutionRoleArn"),
        network_mode=cursor.text("NetworkMode"),
        compatibilities=cursor.texts("RequiresCompatibilities"),
        architecture=cursor.text("RuntimePlatform", "CpuArchitecture"),
    )


def _container(cursor: Cursor) -> Container:
    mappings = cursor.items("PortMappings")
    ports = [each.integer("ContainerPort") for each in mappings]
    options = cursor.child("LogConfiguration", "Options")
    return Container(
        location=cursor.location,
        name=cursor.text("Name"),
        image=cursor.text("Image"),
        essential=cursor.boolean("Essential"),
        ports=Many.of([port for port in ports if port is not None], mappings.rest),
        log_driver=cursor.text("LogConfiguration", "LogDriver"),
        log_group=options.text("awslogs-group"),
        creates_log_group=options.text("awslogs-create-group"),
        variables=_pairs(cursor.items("Environment"), "Value"),
        secrets=_pairs(cursor.items("Secrets"), "ValueFrom"),
    )


def _pairs(items: Many[Cursor], value_key: str) -> dict[str, Value[str]]:
    pairs: dict[str, Value[str]] = {}
    for each in items:
        name, value = each.text("Name"), each.text(value_key)
        if name is not None and value is not None and name.text is not None:
            pairs[str(name.text.filled())] = value
    return pairs


PARSERS: dict[str, Parser] = {
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": _task_definition,
}
