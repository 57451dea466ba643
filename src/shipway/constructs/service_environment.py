"""One environment that a promotion deploys to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from constructs import Construct
from shipway.constructs import placeholder
from shipway.constructs.alerts import Alerts
from shipway.constructs.architecture import Architecture
from shipway.constructs.blue_green_service import BlueGreenService
from shipway.constructs.delivery_place import DeliveryPlace, of_account
from shipway.constructs.deploy_stage import DeployFiles, DeployStage, Engine
from shipway.constructs.environment import claim, tag
from shipway.constructs.findings import acknowledge_wildcards
from shipway.constructs.handover import DEPLOY_ARTIFACT, HANDOVER
from shipway.constructs.literal_names import LiteralNames
from shipway.constructs.network import Egress, Network
from shipway.constructs.release import Release
from shipway.constructs.release_dashboard import ReleaseDashboard
from shipway.constructs.release_of import release_of
from shipway.constructs.removal import Removal
from shipway.model.naming import PATTERN, Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shipway.model.traffic import TrafficShift

DELIVERY_SUFFIX = "delivery"


class ServiceEnvironment(Construct):
    """A service in one environment, in a stack of its own, that a ``PromotionPipeline`` deploys to.

    Its stack and the delivery's refer to each other by names only, so they can be deployed and deleted in any
    order. In another account than the delivery's it has a role for the deployment that only the delivery's
    pipeline may assume.

    Args:
        scope: The environment's stack.
        construct_id: Its id in the stack.
        service: The service's name.
        environment_suffix: The environment, e.g. ``"staging"``; also the name of the pipeline's stage.
        delivery: The stack of the ``PromotionPipeline``.
        alert_emails: Who is told of failed deployments and alarms; at least one address.
        container_port: The port that the service listens on (default 8080).
        health_check_path: Answers 200 when a task is healthy (default ``/health``).
        desired_count: How many tasks run (default 2); the fewest, if there is a maximum.
        max_count: With it, the number of tasks follows the load of their processors (default: no scaling).
        cpu: CPU units of a task (default 256, a quarter of a vCPU).
        memory_limit_mib: Memory of a task in MiB (default 512).
        architecture: The processor of tasks (default: x86_64), the same in all environments.
        environment: Plain variables of the container.
        secrets: Variables from Parameter Store or Secrets Manager, by their names.
        engine: What shifts traffic: CodeDeploy (default) or ECS itself.
        traffic_shift: How traffic moves (default: 10 %, and the rest after 5 minutes).
        keep_blue_minutes: How long the old tasks run on after the shift (default 5).
        max_5xx_per_minute: More 5xx answers than this from one colour roll back (default 5).
        max_latency_seconds: A 99th percentile above this, for two minutes, rolls back (default: none).
        hooks: Functions, each with a name of its own, that decide during the shift whether it goes on.
        certificate_arn: A certificate of ACM in the stack's region; with it, the service is HTTPS.
        egress: How tasks reach what is outside (default: a NAT gateway per zone).
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        placeholder_image: What runs until the first deployment.
        dashboard: Whether there is a dashboard of the release (default: no).
        log_retention: How long logs are kept (default 30 days).
        protected: Whether data outlives the stack (default: no).
        delivery_suffix: The environment suffix of the delivery's own names (default ``delivery``).
        name_pattern: How names are made (default ``{service}-{resource}-{suffix}``); the delivery's as well.
        shorten_names: Whether names that are too long are cut and hashed (default: refused).

    Attributes:
        naming, removal, network, service, release, alerts: The parts, each with its own page.
        deploy_role: What a pipeline in another account deploys as; None in the same account.

    Raises:
        InputError: An argument cannot be used; the message says what is allowed.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        environment_suffix: str,
        delivery: Stack,
        alert_emails: Sequence[str],
        container_port: int = 8080,
        health_check_path: str = "/health",
        desired_count: int = 2,
        max_count: int | None = None,
        cpu: int = 256,
        memory_limit_mib: int = 512,
        architecture: Architecture = Architecture.X86_64,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        engine: Engine = Engine.CODE_DEPLOY,
        traffic_shift: TrafficShift | None = None,
        keep_blue_minutes: int = 5,
        max_5xx_per_minute: int = 5,
        max_latency_seconds: float | None = None,
        hooks: Mapping[str, lambda_.IFunction] | None = None,
        certificate_arn: str | None = None,
        egress: Egress = Egress.NAT_PER_ZONE,
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        placeholder_image: str = placeholder.IMAGE,
        dashboard: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        protected: bool = False,
        delivery_suffix: str = DELIVERY_SUFFIX,
        name_pattern: str = PATTERN,
        shorten_names: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.naming = naming = Naming(service, environment_suffix, name_pattern, shorten_names)
        claim(self, naming)
        tag(self, naming)
        self.architecture = architecture
        self.engine = engine
        self.removal = removal = Removal(protected=protected)
        place = DeliveryPlace(self, Naming(service, delivery_suffix, name_pattern, shorten_names), delivery)
        self.network = Network(self, "Network", naming=naming, egress=egress)
        self.service = BlueGreenService(
            self,
            "Service",
            naming=naming,
            network=self.network,
            removal=removal,
            image_repository=ecr.Repository.from_repository_attributes(
                self,
                "Images",
                repository_arn=place.repository_arn,
                repository_name=place.repository_name,
            ),
            container_port=container_port,
            health_check_path=health_check_path,
            desired_count=desired_count,
            max_count=max_count,
            cpu=cpu,
            memory_limit_mib=memory_limit_mib,
            architecture=architecture,
            environment=environment,
            secrets=secrets,
            placeholder_image=placeholder_image,
            engine=engine,
            certificate_arn=certificate_arn,
            test_traffic_from=test_traffic_from,
            log_retention=log_retention,
        )
        self.release = release_of(
            self,
            naming=naming,
            service=self.service,
            traffic_shift=traffic_shift,
            keep_blue_minutes=keep_blue_minutes,
            max_5xx_per_minute=max_5xx_per_minute,
            max_latency_seconds=max_latency_seconds,
            hooks=hooks,
        )
        self.alerts = Alerts(
            self,
            "Alerts",
            naming=naming,
            removal=removal,
            alert_emails=alert_emails,
            log_retention=log_retention,
        )
        self.alerts.watch_release(self.release)
        if dashboard:
            ReleaseDashboard(
                self, "Dashboard", naming=naming, service=self.service, alarms=self.release.alarms
            )
        self.deploy_role = self._deploy_role(place) if place.is_elsewhere else None
        for name, value in {
            "LoadBalancerUrl": self.service.balancer.production_url,
            "TestListenerUrl": self.service.balancer.test_url,
        }.items():
            CfnOutput(self, name, value=value).override_logical_id(name)

    @property
    def stage_name(self) -> str:
        """The pipeline's stage that deploys here, e.g. ``Staging``."""
        return "".join(word.title() for word in self.naming.environment_suffix.split("-"))

    @property
    def execution_role_arn(self) -> str:
        """The role that pulls the image, by its name."""
        return self._names().text(self.service.execution_role.role_arn)

    @property
    def deploy_role_arn(self) -> str | None:
        """The role that a pipeline in another account deploys as, by its name."""
        return self._names().text(self.deploy_role.role_arn) if self.deploy_role else None

    def deploy_stage(self, *, approval: bool) -> DeployStage:
        """The stage that deploys here, for a pipeline in another stack: names, and no reference."""
        names = self._names()
        own = self.release.deploy_stage(
            name=self.stage_name,
            files=f"{DEPLOY_ARTIFACT}{self.stage_name}",
            directory=f"{HANDOVER}/{self.naming.environment_suffix}",
            approval=approval,
        )
        assume = iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[self.deploy_role_arn or ""])
        return DeployStage(
            name=own.name,
            provider=own.provider,
            configuration={name: names.text(value) for name, value in own.configuration.items()},
            inputs=own.inputs,
            statements=[assume]
            if self.deploy_role
            else [names.statement(statement) for statement in own.statements],
            files=own.files and self._literal_files(own.files, names),
            role_arn=self.deploy_role_arn,
            approval=approval,
        )

    def _literal_files(self, files: DeployFiles, names: LiteralNames) -> DeployFiles:
        task_definition = self.service.task_definition_json
        return DeployFiles(
            artifact=files.artifact,
            directory=files.directory,
            contents={
                # The task definition is complete only when the app is synthesized.
                name: self.service.literal_task_definition_json(names)
                if text == task_definition
                else names.text(text)
                for name, text in files.contents.items()
            },
        )

    def _deploy_role(self, place: DeliveryPlace) -> iam.Role:
        own = self.release.deploy_stage(name="", files="", directory="", approval=False)
        statements = [*own.statements, *place.artifact_statements]
        role = iam.Role(
            self,
            "DeployRole",
            role_name=self.naming.name(Kind.ROLE, "deploy-role"),
            assumed_by=of_account(place.account, [place.pipeline_role_arn]),
            inline_policies={"Deploy": iam.PolicyDocument(statements=statements)},
        )
        acknowledge_wildcards(role, statements)
        return role

    def _names(self) -> LiteralNames:
        roles = {"execution-role": self.service.execution_role, "task-role": self.service.task_role}
        if self.deploy_role:
            roles["deploy-role"] = self.deploy_role
        stack, naming = Stack.of(self), self.naming
        known = {
            self.service.log_group.log_group_name: naming.name(Kind.LOG_GROUP, "service", prefix="/ecs/"),
            self.service.cluster.cluster_name: naming.name(Kind.ECS, "cluster"),
            self.service.service.service_name: naming.name(Kind.ECS, "service"),
            **{
                role.role_arn: stack.format_arn(
                    service="iam", region="", resource="role", resource_name=naming.name(Kind.ROLE, name)
                )
                for name, role in roles.items()
            },
            **(self.release.names if isinstance(self.release, Release) else {}),
        }
        return LiteralNames(stack, known)
