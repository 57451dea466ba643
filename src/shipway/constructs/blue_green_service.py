"""The service: tasks on Fargate behind a balancer that can shift between two colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from constructs import Construct
from shipway.constructs import placeholder
from shipway.constructs.architecture import Architecture
from shipway.constructs.blue_green_balancer import BlueGreenBalancer
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.findings import acknowledge, acknowledge_wildcards
from shipway.constructs.handover import CONTAINER
from shipway.constructs.network import Egress, Network
from shipway.constructs.task_definition_file import literal_task_definition_json, task_definition_json
from shipway.constructs.task_permissions import start_tasks
from shipway.constructs.task_size import require_task_size
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shipway.constructs.literal_names import LiteralNames
    from shipway.constructs.removal import Removal

_LAST_PORT = 65535
_CPU_TARGET = 60  # percent: a colour starts with as many tasks as the other had, and takes all of its load


class BlueGreenService(Construct):
    """A Fargate service that CodeDeploy deploys to, with balancer, roles and log group.

    The stack is created before the first image is built, so the first tasks run a placeholder that answers
    200 on every path. ``task_definition_json`` is what the build hands to CodeDeploy.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names cluster, service, family, roles and log group.
        network: Where tasks run.
        removal: Whether logs outlive the stack.
        image_repository: Where tasks get their image.
        container_port: The port that the service listens on (default 8080).
        health_check_path: Answers 200 when a task is healthy (default ``/health``).
        desired_count: How many tasks run (default 2, one per zone); the fewest, if there is a maximum.
        max_count: With it, as many tasks run as keep the processors at 60 % (default: no scaling).
        cpu: CPU units of a task (default 256, a quarter of a vCPU).
        memory_limit_mib: Memory of a task in MiB (default 512).
        architecture: The processor of tasks (default: x86_64); the build's must be the same.
        environment: Plain variables of the container.
        secrets: Variables from Parameter Store or Secrets Manager.
        placeholder_image: Runs until the first deployment; must hold ``python3``. In a network without a
            way to the internet it must be in ECR.
        engine: What shifts traffic (default: CodeDeploy); ``Engine.ECS`` goes with a ``NativeRelease``.
        certificate_arn: A certificate of ACM in the stack's region; with it, traffic is HTTPS.
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        log_retention: How long logs are kept (default 30 days).

    Attributes:
        cluster: The ECS cluster.
        service: The Fargate service.
        task_definition: Its task definition; containers and variables may be added.
        family: The family of the task definition.
        engine: As given.
        task_role: What the service's own code may do: nothing yet.
        execution_role: What ECS does to start a task.
        balancer: Load balancer, listeners and target groups.
        log_group: The tasks' logs.
        task_definition_json: ``taskdef.json`` for CodeDeploy.
        container_port: As given.

    Raises:
        InputError: A port, size or count that cannot be, or a placeholder that cannot be reached.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        network: Network,
        removal: Removal,
        image_repository: ecr.IRepository,
        container_port: int = 8080,
        health_check_path: str = "/health",
        desired_count: int = 2,
        max_count: int | None = None,
        cpu: int = 256,
        memory_limit_mib: int = 512,
        architecture: Architecture = Architecture.X86_64,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        placeholder_image: str = placeholder.IMAGE,
        engine: Engine = Engine.CODE_DEPLOY,
        certificate_arn: str | None = None,
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    ) -> None:
        super().__init__(scope, construct_id)
        _require_port(container_port)
        _require_count(desired_count, max_count)
        require_task_size(cpu, memory_limit_mib)
        _require_reachable(placeholder_image, network)
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=naming.name(Kind.LOG_GROUP, "service", prefix="/ecs/"),
            retention=log_retention,
            removal_policy=removal.policy,
        )
        removal.allow(self.log_group, "log-group-left-behind")
        self.engine = engine
        self.container_port = container_port
        self.family = naming.name(Kind.ECS, "task")
        self.execution_role = self._role("Execution", naming)
        self.task_role = self._role("Task", naming)
        statements = start_tasks(self, image_repository, self.log_group, (secrets or {}).values())
        for statement in statements:
            self.execution_role.add_to_principal_policy(statement)
        acknowledge_wildcards(self.execution_role, statements)
        self.task_definition = ecs.FargateTaskDefinition(
            self,
            "TaskDefinition",
            family=self.family,
            cpu=cpu,
            memory_limit_mib=memory_limit_mib,
            execution_role=self.execution_role.without_policy_updates(),
            task_role=self.task_role,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=architecture.of_tasks,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        self.task_definition.add_container(
            "Container",
            container_name=CONTAINER,
            image=ecs.ContainerImage.from_registry(placeholder_image),
            command=placeholder.command(container_port),
            port_mappings=[ecs.PortMapping(container_port=container_port)],
            environment=environment,
            secrets=secrets,
            logging=ecs.LogDrivers.aws_logs(stream_prefix=naming.service, log_group=self.log_group),
        )
        if environment:
            acknowledge(self.task_definition, "ECS2", "Plain settings; what is secret is given as secrets")
        self.task_definition_json = task_definition_json(self.task_definition, CONTAINER)
        self.balancer = BlueGreenBalancer(
            self,
            "Balancer",
            naming=naming,
            network=network,
            target_port=container_port,
            health_check_path=health_check_path,
            engine=engine,
            certificate_arn=certificate_arn,
            test_traffic_from=test_traffic_from,
        )
        self.cluster = ecs.Cluster(
            self, "Cluster", cluster_name=naming.name(Kind.ECS, "cluster"), vpc=network.vpc
        )
        acknowledge(self.cluster, "ECS4", "Container Insights are billed by the metric; the alarms need none")
        self.service = ecs.FargateService(
            self,
            "Service",
            service_name=naming.name(Kind.ECS, "service"),
            cluster=self.cluster,
            task_definition=self.task_definition,
            deployment_controller=ecs.DeploymentController(
                type=ecs.DeploymentControllerType.CODE_DEPLOY
                if engine is Engine.CODE_DEPLOY
                else ecs.DeploymentControllerType.ECS
            ),
            desired_count=desired_count,
            min_healthy_percent=100,
            max_healthy_percent=200,
            health_check_grace_period=Duration.seconds(60),
            vpc_subnets=network.task_subnets,
            assign_public_ip=False,
        )
        # A task that starts before its role may pull or log fails at its first attempt.
        self.service.node.add_dependency(self.execution_role)
        self.service.attach_to_application_target_group(self.balancer.blue)
        # Blue opened the tasks to the balancer; green has the same tasks, balancer and port.
        if engine is Engine.ECS:
            self._name_the_family()
        if max_count is not None:
            self._scale(desired_count, max_count)

    def literal_task_definition_json(self, names: LiteralNames) -> str:
        """``taskdef.json`` for the build of another stack."""
        return literal_task_definition_json(self.task_definition, CONTAINER, names)

    def pass_task_roles(self) -> iam.PolicyStatement:
        """Lets its holder start tasks under the two roles, and pass no other role to no one else."""
        return iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[self.execution_role.role_arn, self.task_role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        )

    def _scale(self, fewest: int, most: int) -> None:
        # A processor is the service's, whichever colour it is; requests per target are counted by target
        # group, and after a shift the group that the policy names would have none.
        self.service.auto_scale_task_count(min_capacity=fewest, max_capacity=most).scale_on_cpu_utilization(
            "Cpu", target_utilization_percent=_CPU_TARGET
        )
        # Left in the template, each update of the stack would set the count back.
        cast("ecs.CfnService", self.service.node.default_child).add_property_deletion_override("DesiredCount")

    def _name_the_family(self) -> None:
        # The CDK names the revision of this template, which runs the placeholder: an update of the stack
        # that changes the task definition would put it into production. A family is the same text always.
        resource = cast("ecs.CfnService", self.service.node.default_child)
        resource.add_property_override("TaskDefinition", self.family)
        self.service.node.add_dependency(self.task_definition)

    def _role(self, purpose: str, naming: Naming) -> iam.Role:
        return iam.Role(
            self,
            f"{purpose}Role",
            role_name=naming.name(Kind.ROLE, f"{purpose.lower()}-role"),
            assumed_by=iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
        )


def require_engine(service: BlueGreenService, engine: Engine, release: str) -> None:
    """Refuse a release whose engine is not the one that the service was made for.

    Raises:
        InputError: It is not.
    """
    if service.engine is not engine:
        raise InputError(
            f"a {release} shifts traffic by {engine.value}, the service is made for {service.engine.value}",
            where="service",
            value=service.node.path,
            remedy=f"Make the service with engine=Engine.{engine.name}",
        )


def _require_port(port: int) -> None:
    if not 0 < port <= _LAST_PORT:
        raise InputError(
            f"the container port must be between 1 and {_LAST_PORT}",
            where="container_port",
            value=str(port),
            remedy="Use the port that the service listens on, e.g. 8080",
        )


def _require_count(count: int, most: int | None) -> None:
    if count < 1:
        raise InputError(
            "a service needs at least one task to shift traffic to",
            where="desired_count",
            value=str(count),
            remedy="Use 2 or more to survive the loss of a task",
        )
    if most is not None and most < count:
        raise InputError(
            f"a service of at least {count} tasks cannot have fewer at most",
            where="max_count",
            value=str(most),
            remedy=f"Use {count * 2} or more, or leave it out",
        )


def _require_reachable(image: str, network: Network) -> None:
    # ECR Public has no VPC endpoint:
    # https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
    if network.egress is Egress.ENDPOINTS and ".dkr.ecr." not in image:
        raise InputError(
            "tasks in a network without a way to the internet cannot pull the placeholder image",
            where="placeholder_image",
            value=image,
            remedy="Name an image with python3 in a private ECR repository, or use Egress.ONE_NAT",
        )
