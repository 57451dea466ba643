"""ECS: clusters, services, task definitions and their containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Record, Relation
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class Cluster(Resource):
    """AWS::ECS::Cluster."""

    type_name: ClassVar[str] = "AWS::ECS::Cluster"
    label: ClassVar[str] = "cluster"
    arn_separator: ClassVar[str] = "/"


class ContainerBalancing(Node):
    """Which container takes the traffic of which target group (one entry of LoadBalancers)."""

    label: ClassVar[str] = "load balancer of a service"
    names: ClassVar[tuple[Names, ...]] = (
        Names("target_group", Relation.SENDS_TO, ("TargetGroup",), ("TargetGroupArn",)),
        Names(
            "alternate_target_group",
            Relation.SENDS_TO,
            ("TargetGroup",),
            ("AdvancedConfiguration", "AlternateTargetGroupArn"),
        ),
        Names(
            "production_rule",
            Relation.LISTENS_AT,
            ("Listener", "ListenerRule"),
            ("AdvancedConfiguration", "ProductionListenerRule"),
        ),
        Names(
            "test_rule",
            Relation.LISTENS_AT,
            ("Listener", "ListenerRule"),
            ("AdvancedConfiguration", "TestListenerRule"),
        ),
        Names("role", Relation.RUNS_AS, ("Role",), ("AdvancedConfiguration", "RoleArn")),
    )

    target_group: Value[str] | None
    container: Value[str] | None
    port: Value[int] | None
    advanced: bool
    """Whether AdvancedConfiguration stands there: ECS's own blue/green deployment."""
    alternate_target_group: Value[str] | None = None
    production_rule: Value[str] | None = None
    test_rule: Value[str] | None = None
    role: Value[str] | None = None


class Rollout(Record):
    """DeploymentConfiguration of a service. Everything is absent where the service has none."""

    location: Location
    strategy: Value[str] | None
    """ROLLING, BLUE_GREEN, LINEAR or CANARY; ROLLING where it is absent."""
    bake_minutes: Value[int] | None
    circuit_breaker: Value[bool] | None
    circuit_breaker_rolls_back: Value[bool] | None
    alarms: Many[Value[str]]
    alarms_enabled: Value[bool] | None
    minimum_healthy_percent: Value[int] | None
    maximum_percent: Value[int] | None


class Service(Resource):
    """AWS::ECS::Service."""

    type_name: ClassVar[str] = "AWS::ECS::Service"
    label: ClassVar[str] = "service"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("cluster", Relation.BELONGS_TO, ("Cluster",), ("Cluster",)),
        Names("task_definition", Relation.RUNS, ("TaskDefinition",), ("TaskDefinition",)),
        Names(
            "security_groups",
            Relation.GUARDED_BY,
            ("SecurityGroup",),
            ("NetworkConfiguration", "AwsvpcConfiguration", "SecurityGroups"),
        ),
    )

    cluster: Value[str] | None
    task_definition: Value[str] | None
    controller: Value[str] | None
    """ECS, CODE_DEPLOY or EXTERNAL; ECS where it is absent."""
    launch_type: Value[str] | None
    desired_count: Value[int] | None
    load_balancers: Many[ContainerBalancing]
    rollout: Rollout
    security_groups: Many[Value[str]]
    subnets: Many[Value[str]]
    public_ip: Value[str] | None
    """ENABLED or DISABLED; DISABLED where it is absent."""
    grace_seconds: Value[int] | None

    def children(self) -> Iterable[Node]:
        """What balances it."""
        return self.load_balancers


class Container(Node):
    """One container definition."""

    label: ClassVar[str] = "container"
    names: ClassVar[tuple[Names, ...]] = (
        Names("log_group", Relation.LOGS_TO, ("LogGroup",), ("LogConfiguration", "Options", "awslogs-group")),
    )

    name: Value[str] | None
    image: Value[str] | None
    essential: Value[bool] | None
    """True where it is absent."""
    ports: Many[Value[int]]
    """Container ports that are mapped."""
    log_driver: Value[str] | None
    """None when the container has no LogConfiguration."""
    log_group: Value[str] | None
    creates_log_group: Value[str] | None
    """The option awslogs-create-group, ``"true"`` or ``"false"``."""
    variables: Mapping[str, Value[str]]
    secrets: Mapping[str, Value[str]]
    """Variable -> ARN or name of a parameter or secret."""


class TaskDefinition(Resource):
    """AWS::ECS::TaskDefinition."""

    type_name: ClassVar[str] = "AWS::ECS::TaskDefinition"
    label: ClassVar[str] = "task definition"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("task_role", Relation.RUNS_AS, ("Role",), ("TaskRoleArn",)),
        Names("execution_role", Relation.RUNS_AS, ("Role",), ("ExecutionRoleArn",)),
    )

    containers: Many[Container]
    task_role: Value[str] | None
    execution_role: Value[str] | None
    network_mode: Value[str] | None
    """bridge where it is absent, except on Fargate."""
    compatibilities: Many[Value[str]]
    architecture: Value[str] | None
    """RuntimePlatform.CpuArchitecture; X86_64 where it is absent."""

    def container(self, name: str) -> Container | None:
        """The container of that name, if it is declared."""
        return next((each for each in self.containers if known(each.name) == name), None)

    def children(self) -> Iterable[Node]:
        """The containers."""
        return self.containers
