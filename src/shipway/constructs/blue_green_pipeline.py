"""The whole: from a push to a blue/green deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import CfnOutput
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs import Construct
from shipway.constructs import placeholder
from shipway.constructs.alerts import Alerts
from shipway.constructs.architecture import Architecture
from shipway.constructs.artifact_bucket import ArtifactBucket
from shipway.constructs.blue_green_service import BlueGreenService
from shipway.constructs.build_checks import BuildChecks
from shipway.constructs.delivery_pipeline import DeliveryPipeline
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.environment import claim, naming_for, tag
from shipway.constructs.handover import DEPLOY_ARTIFACT, HANDOVER, Handover
from shipway.constructs.image_build import ImageBuild
from shipway.constructs.image_buildspec import ImageBuildSteps
from shipway.constructs.image_handover import ImageHandoverSteps
from shipway.constructs.image_registry import ImageRegistry
from shipway.constructs.image_source import ImageSource
from shipway.constructs.network import Egress, Network
from shipway.constructs.registry_credentials import RegistryCredentials
from shipway.constructs.release_dashboard import ReleaseDashboard
from shipway.constructs.release_of import release_of
from shipway.constructs.removal import Removal
from shipway.constructs.source_repository import SourceRepository
from shipway.model.naming import PATTERN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shipway.constructs.source import Source
    from shipway.model.traffic import TrafficShift


class BlueGreenPipeline(Construct):
    """Delivers one service to one environment: a push is tested, built and shifted in behind a balancer.

    Args:
        scope: The stack.
        construct_id: Its id in the stack.
        service: The service's name; part of every name, e.g. ``hello-pipeline-dev``.
        alert_emails: Who is told of failures; at least one address.
        directory: The service's directory in the source; holds its Dockerfile and tests (default
            ``service``).
        source: What is delivered, made before in the same stack with ``naming_for(stack, service)``: a
            ``ConnectionSource``, a ``BucketSource`` or an ``ImageSource`` (default: a CodeCommit repository).
        branch: The branch of the default repository that is delivered (default ``main``).
        container_port: The port that the service listens on (default 8080).
        health_check_path: Answers 200 when a task is healthy (default ``/health``).
        desired_count: How many tasks run (default 2); the fewest, if there is a maximum.
        max_count: With it, the number of tasks follows the load of their processors (default: no scaling).
        cpu: CPU units of a task (default 256, a quarter of a vCPU).
        memory_limit_mib: Memory of a task in MiB (default 512).
        architecture: The processor of tasks, image and build (default: x86_64).
        environment: Plain variables of the container.
        secrets: Variables from Parameter Store or Secrets Manager.
        traffic_shift: How traffic moves (default: 10 %, and the rest after 5 minutes).
        keep_blue_minutes: How long the old tasks run on after the shift (default 5).
        max_5xx_per_minute: More 5xx answers than this from one colour roll back (default 5).
        max_latency_seconds: A 99th percentile above this, for two minutes, rolls back (default: none).
        engine: What shifts traffic: CodeDeploy (default) or ECS itself.
        hooks: Functions that decide during the shift whether it goes on, by the engine's own event, e.g.
            ``AfterAllowTestTraffic`` (CodeDeploy) or ``POST_TEST_TRAFFIC_SHIFT`` (ECS).
        approval: Whether a person must agree to each deployment (default: no); the alerts' topic asks.
        certificate_arn: A certificate of ACM in the stack's region; with it, the service is HTTPS, and HTTP
            redirects to it.
        egress: How tasks reach what is outside (default: a NAT gateway per zone).
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        placeholder_image: What runs until the first deployment.
        python_version: The Python that runs the tests in the build (default 3.12).
        checks: What an image must pass beyond tests and bandit, and what is kept of it.
        build_commands: More commands of the build, by phase.
        build_secrets: Variables of the build from Secrets Manager.
        build_in_network: Whether the build runs in the service's network (default: no).
        dashboard: Whether there is a dashboard of the release (default: no; it costs $3 a month).
        log_retention: How long all logs are kept (default 30 days).
        protected_environments: Suffixes of the environments whose data outlives the stack (default: none).
        name_pattern: How names are made (default ``{service}-{resource}-{suffix}``).
        shorten_names: Whether names that are too long for a service are cut and hashed (default: refused).
        output_prefix: Put before the names of the stack's outputs; needed by a second pipeline in one stack.

    Attributes:
        naming, removal, network, registry, credentials, artifacts, source, service, build, release, delivery,
        alerts: The parts, each with its own page. Where the source is an image, nothing is built, and
            ``registry`` and ``credentials`` are None.

    Raises:
        InputError: An argument cannot be used; the message says what is allowed.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        alert_emails: Sequence[str],
        directory: str = "service",
        source: Source | None = None,
        branch: str = "main",
        container_port: int = 8080,
        health_check_path: str = "/health",
        desired_count: int = 2,
        max_count: int | None = None,
        cpu: int = 256,
        memory_limit_mib: int = 512,
        architecture: Architecture = Architecture.X86_64,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        traffic_shift: TrafficShift | None = None,
        keep_blue_minutes: int = 5,
        max_5xx_per_minute: int = 5,
        max_latency_seconds: float | None = None,
        engine: Engine = Engine.CODE_DEPLOY,
        hooks: Mapping[str, lambda_.IFunction] | None = None,
        approval: bool = False,
        certificate_arn: str | None = None,
        egress: Egress = Egress.NAT_PER_ZONE,
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        placeholder_image: str = placeholder.IMAGE,
        python_version: str = "3.12",
        checks: BuildChecks | None = None,
        build_commands: Mapping[str, Sequence[str]] | None = None,
        build_secrets: Mapping[str, secretsmanager.ISecret] | None = None,
        build_in_network: bool = False,
        dashboard: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        protected_environments: Collection[str] = (),
        name_pattern: str = PATTERN,
        shorten_names: bool = False,
        output_prefix: str = "",
    ) -> None:
        super().__init__(scope, construct_id)
        self.naming = naming = naming_for(
            self, service, name_pattern=name_pattern, shorten_names=shorten_names
        )
        claim(self, naming)
        self.removal = removal = Removal.for_environment(
            naming, protected_environments=protected_environments
        )
        tag(self, naming)
        self.network = Network(self, "Network", naming=naming, egress=egress)
        pushed = isinstance(source, ImageSource)
        self.registry = None if pushed else ImageRegistry(self, "Registry", naming=naming, removal=removal)
        self.credentials = None if pushed else RegistryCredentials(self, "Credentials", naming=naming)
        self.artifacts = ArtifactBucket(self, "Artifacts", naming=naming, removal=removal)
        self.source: Source = source or SourceRepository(
            self, "Source", naming=naming, removal=removal, branch=branch
        )
        self.service = BlueGreenService(
            self,
            "Service",
            naming=naming,
            network=self.network,
            removal=removal,
            image_repository=_repository(self.registry, self.source),
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
        stage = self.release.deploy_stage(
            name="Deploy", files=DEPLOY_ARTIFACT, directory=HANDOVER, approval=approval
        )
        handover = Handover(
            deploy_files=(stage.files,) if stage.files else (), image_definitions=engine is Engine.ECS
        )
        steps = (
            ImageHandoverSteps(handover)
            if pushed
            else ImageBuildSteps(
                directory=directory,
                python_version=python_version,
                platform=architecture.platform,
                handover=handover,
                revision=self.source.revision,
                checks=checks or BuildChecks(),
                commands=build_commands or {},
            )
        )
        self.build = ImageBuild(
            self,
            "Build",
            naming=naming,
            removal=removal,
            specification=steps.specification(),
            artifact_bucket=self.artifacts.bucket,
            registry=self.registry,
            credentials=self.credentials,
            secrets=build_secrets,
            architecture=architecture,
            network=self.network if build_in_network else None,
            log_retention=log_retention,
        )
        self.alerts = Alerts(
            self,
            "Alerts",
            naming=naming,
            removal=removal,
            alert_emails=alert_emails,
            log_retention=log_retention,
        )
        self.delivery = DeliveryPipeline(
            self,
            "Delivery",
            naming=naming,
            artifacts=self.artifacts,
            source=self.source,
            build=self.build,
            stages=[stage],
            approval_topic=self.alerts.topic,
        )
        self.alerts.watch_pipeline(self.delivery.pipeline)
        self.alerts.watch_build(self.build.project)
        self.alerts.watch_release(self.release)
        if dashboard:
            ReleaseDashboard(
                self, "Dashboard", naming=naming, service=self.service, alarms=self.release.alarms
            )
        self._tell(output_prefix)

    def _tell(self, prefix: str) -> None:
        balancer = self.service.balancer
        for name, value in {
            "PipelineArn": self.delivery.pipeline.pipeline_arn,
            "PipelineConsoleUrl": self.delivery.console_url,
            **self.source.outputs,
            **({"ImageRepositoryUri": self.registry.uri} if self.registry else {}),
            "LoadBalancerUrl": balancer.production_url,
            "TestListenerUrl": balancer.test_url,
        }.items():
            CfnOutput(self, name, value=value).override_logical_id(f"{prefix}{name}")


def _repository(registry: ImageRegistry | None, source: Source) -> ecr.IRepository:
    return registry.repository if registry else cast("ImageSource", source).repository
