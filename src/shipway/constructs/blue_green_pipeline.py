"""The whole: from a push to a blue/green deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

from constructs import Construct
from shipway.constructs import placeholder
from shipway.constructs.alerts import Alerts
from shipway.constructs.artifact_bucket import ArtifactBucket
from shipway.constructs.blue_green_service import BlueGreenService
from shipway.constructs.delivery_pipeline import DeliveryPipeline
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.environment import naming_for, tag
from shipway.constructs.image_build import ImageBuild
from shipway.constructs.image_buildspec import DEPLOY_ARTIFACT, HANDOVER, ImageBuildSteps
from shipway.constructs.image_registry import ImageRegistry
from shipway.constructs.native_release import NativeRelease
from shipway.constructs.network import Egress, Network
from shipway.constructs.registry_credentials import RegistryCredentials
from shipway.constructs.release import Release
from shipway.constructs.removal import Removal
from shipway.constructs.source_repository import SourceRepository

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shipway.model.traffic import TrafficShift

_PLATFORM = "linux/amd64"


class BlueGreenPipeline(Construct):
    """Delivers one service to one environment: a push is tested, built and shifted in behind a balancer.

    Args:
        scope: The stack.
        construct_id: Its id in the stack.
        service: The service's name; part of every name, e.g. ``hello-pipeline-dev``.
        alert_emails: Who is told of failures; at least one address.
        directory: The service's directory in the source; holds its Dockerfile and tests (default
            ``service``).
        branch: The branch that is delivered (default ``main``).
        container_port: The port that the service listens on (default 8080).
        health_check_path: Answers 200 when a task is healthy (default ``/health``).
        desired_count: How many tasks run (default 2).
        cpu: CPU units of a task (default 256, a quarter of a vCPU).
        memory_limit_mib: Memory of a task in MiB (default 512).
        environment: Plain variables of the container.
        secrets: Variables from Parameter Store or Secrets Manager.
        traffic_shift: How traffic moves (default: 10 %, and the rest after 5 minutes).
        keep_blue_minutes: How long the old tasks run on after the shift (default 5).
        max_5xx_per_minute: More 5xx answers than this from one colour roll back (default 5).
        max_latency_seconds: A 99th percentile above this, for two minutes, rolls back (default: none).
        engine: What shifts traffic: CodeDeploy (default) or ECS itself.
        approval: Whether a person must agree to each deployment (default: no); the alerts' topic asks.
        certificate_arn: A certificate of ACM in the stack's region; with it, the service is HTTPS, and HTTP
            redirects to it.
        egress: How tasks reach what is outside (default: a NAT gateway per zone).
        test_traffic_from: Who may reach the test listener (default: the VPC only).
        placeholder_image: What runs until the first deployment.
        python_version: The Python that runs the tests in the build (default 3.12).
        log_retention: How long all logs are kept (default 30 days).
        protected_environments: Suffixes of the environments whose data outlives the stack (default: none).
        output_prefix: Put before the names of the stack's outputs; needed by a second pipeline in one stack.

    Attributes:
        naming, removal, network, registry, credentials, artifacts, source, service, build, release, delivery,
        alerts: The parts, each with its own page.

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
        branch: str = "main",
        container_port: int = 8080,
        health_check_path: str = "/health",
        desired_count: int = 2,
        cpu: int = 256,
        memory_limit_mib: int = 512,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, ecs.Secret] | None = None,
        traffic_shift: TrafficShift | None = None,
        keep_blue_minutes: int = 5,
        max_5xx_per_minute: int = 5,
        max_latency_seconds: float | None = None,
        engine: Engine = Engine.CODE_DEPLOY,
        approval: bool = False,
        certificate_arn: str | None = None,
        egress: Egress = Egress.NAT_PER_ZONE,
        test_traffic_from: Sequence[ec2.IPeer] | None = None,
        placeholder_image: str = placeholder.IMAGE,
        python_version: str = "3.12",
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        protected_environments: Collection[str] = (),
        output_prefix: str = "",
    ) -> None:
        super().__init__(scope, construct_id)
        self.naming = naming = naming_for(self, service)
        self.removal = removal = Removal.for_environment(
            naming, protected_environments=protected_environments
        )
        tag(self, naming)
        self.network = Network(self, "Network", naming=naming, egress=egress)
        self.registry = ImageRegistry(self, "Registry", naming=naming, removal=removal)
        self.credentials = RegistryCredentials(self, "Credentials", naming=naming)
        self.artifacts = ArtifactBucket(self, "Artifacts", naming=naming, removal=removal)
        self.source = SourceRepository(self, "Source", naming=naming, removal=removal, branch=branch)
        self.service = BlueGreenService(
            self,
            "Service",
            naming=naming,
            network=self.network,
            removal=removal,
            image_repository=self.registry.repository,
            container_port=container_port,
            health_check_path=health_check_path,
            desired_count=desired_count,
            cpu=cpu,
            memory_limit_mib=memory_limit_mib,
            environment=environment,
            secrets=secrets,
            placeholder_image=placeholder_image,
            engine=engine,
            certificate_arn=certificate_arn,
            test_traffic_from=test_traffic_from,
            log_retention=log_retention,
        )
        self.release: Release | NativeRelease
        if engine is Engine.CODE_DEPLOY:
            self.release = Release(
                self,
                "Release",
                naming=naming,
                service=self.service,
                traffic_shift=traffic_shift,
                keep_blue_minutes=keep_blue_minutes,
                max_5xx_per_minute=max_5xx_per_minute,
                max_latency_seconds=max_latency_seconds,
            )
        else:
            self.release = NativeRelease(
                self,
                "Release",
                naming=naming,
                service=self.service,
                traffic_shift=traffic_shift,
                bake_minutes=keep_blue_minutes,
                max_5xx_per_minute=max_5xx_per_minute,
                max_latency_seconds=max_latency_seconds,
            )
        stage = self.release.deploy_stage(
            name="Deploy", files=DEPLOY_ARTIFACT, directory=HANDOVER, approval=approval
        )
        self.build = ImageBuild(
            self,
            "Build",
            naming=naming,
            removal=removal,
            specification=ImageBuildSteps(
                directory=directory,
                python_version=python_version,
                platform=_PLATFORM,
                deploy_files=(stage.files,) if stage.files else (),
                image_definitions=engine is Engine.ECS,
            ).specification(),
            registry=self.registry,
            credentials=self.credentials,
            artifact_bucket=self.artifacts.bucket,
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
        self._tell(output_prefix)

    def _tell(self, prefix: str) -> None:
        balancer = self.service.balancer
        for name, value in {
            "PipelineArn": self.delivery.pipeline.pipeline_arn,
            "PipelineConsoleUrl": self.delivery.console_url,
            **self.source.outputs,
            "ImageRepositoryUri": self.registry.uri,
            "LoadBalancerUrl": balancer.production_url,
            "TestListenerUrl": balancer.test_url,
        }.items():
            CfnOutput(self, name, value=value).override_logical_id(f"{prefix}{name}")
