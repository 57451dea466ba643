"""CodeDeploy: applications, deployment groups, and how a new version takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Record, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class Application(Resource):
    """AWS::CodeDeploy::Application."""

    type_name: ClassVar[str] = "AWS::CodeDeploy::Application"
    label: ClassVar[str] = "application"

    platform: Value[str] | None
    """ECS, Lambda or Server; Server where it is absent."""


class DeploymentConfig(Resource):
    """AWS::CodeDeploy::DeploymentConfig."""

    type_name: ClassVar[str] = "AWS::CodeDeploy::DeploymentConfig"
    label: ClassVar[str] = "deployment configuration"

    platform: Value[str] | None


class EcsTarget(Node):
    """The service that a deployment group replaces (one entry of ECSServices)."""

    label: ClassVar[str] = "ECS service of a deployment group"
    names: ClassVar[tuple[Names, ...]] = (
        Names("cluster", Relation.DEPLOYS_TO, ("Cluster",), ("ClusterName",)),
        Names("service", Relation.DEPLOYS_TO, ("Service",), ("ServiceName",)),
    )

    cluster: Value[str] | None
    service: Value[str] | None


class TargetGroupPair(Node):
    """The two target groups between which traffic shifts, and the listeners that do it."""

    label: ClassVar[str] = "target group pair"
    names: ClassVar[tuple[Names, ...]] = (
        Names("target_groups", Relation.SENDS_TO, ("TargetGroup",), ("TargetGroups",)),
        Names(
            "production_listeners",
            Relation.LISTENS_AT,
            ("Listener", "ListenerRule"),
            ("ProdTrafficRoute", "ListenerArns"),
        ),
        Names(
            "test_listeners",
            Relation.LISTENS_AT,
            ("Listener", "ListenerRule"),
            ("TestTrafficRoute", "ListenerArns"),
        ),
    )

    target_groups: Many[Value[str]]
    """Their names, as AWS has it here, in the order in which they stand."""
    production_listeners: Many[Value[str]]
    test_listeners: Many[Value[str]]


class AutoRollback(Record):
    """AutoRollbackConfiguration. Everything is absent where the group has none."""

    location: Location
    enabled: Value[bool] | None
    events: Many[Value[str]]
    """DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST."""


class AlarmWatch(Record):
    """AlarmConfiguration. Everything is absent where the group has none."""

    location: Location
    enabled: Value[bool] | None
    alarms: Many[Value[str]]
    """Their names."""
    ignores_poll_failure: Value[bool] | None


class BlueTermination(Record):
    """TerminateBlueInstancesOnDeploymentSuccess and DeploymentReadyOption."""

    location: Location
    configured: bool
    """Whether BlueGreenDeploymentConfiguration stands there at all."""
    action: Value[str] | None
    """TERMINATE or KEEP_ALIVE."""
    wait_minutes: Value[int] | None
    """Minutes that blue is kept after the shift; 0 where it is absent."""
    ready_action: Value[str] | None
    """CONTINUE_DEPLOYMENT or STOP_DEPLOYMENT."""
    ready_wait_minutes: Value[int] | None


class DeploymentGroup(Resource):
    """AWS::CodeDeploy::DeploymentGroup."""

    type_name: ClassVar[str] = "AWS::CodeDeploy::DeploymentGroup"
    label: ClassVar[str] = "deployment group"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("application", Relation.BELONGS_TO, ("Application",), ("ApplicationName",)),
        Names("role", Relation.RUNS_AS, ("Role",), ("ServiceRoleArn",)),
        Names("config", Relation.DEPLOYS_WITH, ("DeploymentConfig",), ("DeploymentConfigName",)),
        Names("alarm_names", Relation.WATCHES, ("Alarm", "CompositeAlarm"), ("AlarmConfiguration", "Alarms")),
    )

    application: Value[str] | None
    role: Value[str] | None
    config: Value[str] | None
    """DeploymentConfigName; CodeDeployDefault.OneAtATime where it is absent, which is none for ECS."""
    deployment_type: Value[str] | None
    """DeploymentStyle.DeploymentType; IN_PLACE where it is absent."""
    deployment_option: Value[str] | None
    """DeploymentStyle.DeploymentOption; WITHOUT_TRAFFIC_CONTROL where it is absent."""
    services: Many[EcsTarget]
    load_balancer_configured: bool
    """Whether LoadBalancerInfo stands there at all."""
    pairs: Many[TargetGroupPair]
    rollback: AutoRollback
    watch: AlarmWatch
    blue: BlueTermination
    ec2_tag_filters: bool
    """Whether it selects EC2 instances or Auto Scaling groups."""

    @property
    def alarm_names(self) -> Many[Value[str]]:
        """The alarms that stop a deployment."""
        return self.watch.alarms

    def children(self) -> Iterable[Node]:
        """The services and the pairs."""
        yield from self.services
        yield from self.pairs
