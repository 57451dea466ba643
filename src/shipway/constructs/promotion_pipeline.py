"""One pipeline for many environments: built once, promoted by digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs import Construct
from shipway.constructs.alerts import Alerts
from shipway.constructs.artifact_bucket import ArtifactBucket
from shipway.constructs.build_checks import BuildChecks
from shipway.constructs.delivery_pipeline import DeliveryPipeline
from shipway.constructs.deploy_stage import Engine
from shipway.constructs.environment import claim, tag
from shipway.constructs.handover import Handover
from shipway.constructs.image_build import ImageBuild
from shipway.constructs.image_buildspec import ImageBuildSteps
from shipway.constructs.image_registry import ImageRegistry
from shipway.constructs.registry_credentials import RegistryCredentials
from shipway.constructs.removal import Removal
from shipway.constructs.service_environment import DELIVERY_SUFFIX
from shipway.constructs.source_repository import SourceRepository
from shipway.errors import InputError
from shipway.model.naming import PATTERN, Naming

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shipway.constructs.service_environment import ServiceEnvironment
    from shipway.constructs.source import Source


class PromotionPipeline(Construct):
    """Source, Build, then each environment in order, a person's approval before all but the first.

    The image is built once; every environment runs the same digest. Environments may be in other accounts:
    artifacts are then encrypted with a key that their deploy roles may use, and the registry lets their
    execution roles pull.

    Args:
        scope: The delivery's stack.
        construct_id: Its id in the stack.
        service: The service's name.
        environments: Where it goes, in this order.
        alert_emails: Who is told of failures and asked for approvals; at least one address.
        source: What is delivered (default: a CodeCommit repository).
        branch: The branch of the default repository that is delivered (default ``main``).
        directory: The service's directory in the source (default ``service``).
        without_approval: Suffixes of the environments that no person approves (default: the first only).
        python_version: The Python that runs the tests in the build (default 3.12).
        checks: What an image must pass beyond tests and bandit, and what is kept of it.
        build_commands: More commands of the build, by phase.
        build_secrets: Variables of the build from Secrets Manager.
        log_retention: How long logs are kept (default 30 days).
        protected: Whether source, images, artifacts and logs outlive the stack (default: no).
        environment_suffix: The suffix of the delivery's own names (default ``delivery``).
        name_pattern: How names are made (default ``{service}-{resource}-{suffix}``).
        shorten_names: Whether names that are too long are cut and hashed (default: refused).

    Attributes:
        naming, removal, registry, credentials, artifacts, source, build, alerts, delivery: The parts, each
            with its own page.

    Raises:
        InputError: No environment, two with one name, or some of different architectures.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: str,
        environments: Sequence[ServiceEnvironment],
        alert_emails: Sequence[str],
        source: Source | None = None,
        branch: str = "main",
        directory: str = "service",
        without_approval: Collection[str] | None = None,
        python_version: str = "3.12",
        checks: BuildChecks | None = None,
        build_commands: Mapping[str, Sequence[str]] | None = None,
        build_secrets: Mapping[str, secretsmanager.ISecret] | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        protected: bool = False,
        environment_suffix: str = DELIVERY_SUFFIX,
        name_pattern: str = PATTERN,
        shorten_names: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.naming = naming = Naming(service, environment_suffix, name_pattern, shorten_names)
        _require_environments(naming, environments)
        claim(self, naming)
        tag(self, naming)
        self.removal = removal = Removal(protected=protected)
        foreign = [one for one in environments if one.deploy_role]
        self.registry = ImageRegistry(self, "Registry", naming=naming, removal=removal)
        self.credentials = RegistryCredentials(self, "Credentials", naming=naming)
        self.artifacts = ArtifactBucket(
            self, "Artifacts", naming=naming, removal=removal, encrypt_with_key=bool(foreign)
        )
        for one in foreign:
            account = Stack.of(one).account
            self.registry.let_pull(account, one.execution_role_arn)
            self.artifacts.let_read(account, one.deploy_role_arn or "")
        self.source: Source = source or SourceRepository(
            self, "Source", naming=naming, removal=removal, branch=branch
        )
        free = {environments[0].naming.environment_suffix} if without_approval is None else without_approval
        stages = [
            one.deploy_stage(approval=one.naming.environment_suffix not in free) for one in environments
        ]
        self.build = ImageBuild(
            self,
            "Build",
            naming=naming,
            removal=removal,
            specification=ImageBuildSteps(
                directory=directory,
                python_version=python_version,
                platform=environments[0].architecture.platform,
                handover=Handover(
                    deploy_files=tuple(stage.files for stage in stages if stage.files),
                    image_definitions=any(one.engine is Engine.ECS for one in environments),
                ),
                revision=self.source.revision,
                checks=checks or BuildChecks(),
                commands=build_commands or {},
            ).specification(),
            artifact_bucket=self.artifacts.bucket,
            registry=self.registry,
            credentials=self.credentials,
            secrets=build_secrets,
            architecture=environments[0].architecture,
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
            stages=stages,
            approval_topic=self.alerts.topic,
        )
        self.alerts.watch_pipeline(self.delivery.pipeline)
        self.alerts.watch_build(self.build.project)
        for name, value in {
            "PipelineArn": self.delivery.pipeline.pipeline_arn,
            "PipelineConsoleUrl": self.delivery.console_url,
            **self.source.outputs,
            "ImageRepositoryUri": self.registry.uri,
        }.items():
            CfnOutput(self, name, value=value).override_logical_id(name)


def _require_environments(naming: Naming, environments: Sequence[ServiceEnvironment]) -> None:
    if not environments:
        raise InputError(
            "a promotion needs at least one environment",
            where="environments",
            value="()",
            remedy='Make a ServiceEnvironment for each, e.g. "dev", "staging" and "prod"',
        )
    names = [one.naming.environment_suffix for one in environments]
    if len(set(names)) < len(names):
        raise InputError(
            "two environments of a promotion have one name",
            where="environments",
            value=", ".join(names),
            remedy="Give each an environment_suffix of its own",
        )
    for one in environments:
        if one.naming.service != naming.service or one.naming.pattern != naming.pattern:
            raise InputError(
                "an environment must bear the names of the service that is promoted",
                where=one.node.path,
                value=f"{one.naming.service!r}, {one.naming.pattern!r}",
                remedy=f"Use service={naming.service!r} and name_pattern={naming.pattern!r}",
            )
    architectures = {one.architecture for one in environments}
    if len(architectures) > 1:
        raise InputError(
            "an image that is built once runs on one architecture",
            where="environments",
            value=", ".join(sorted(one.value for one in architectures)),
            remedy="Use the same architecture in all environments",
        )
