"""The build: from a source artifact to a tested image in the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs import Construct
from shipway.constructs import build_permissions as permissions
from shipway.constructs.architecture import Architecture
from shipway.constructs.findings import acknowledge, acknowledge_wildcards
from shipway.constructs.network import Egress, Network
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.constructs.buildspec import BuildSpecification
    from shipway.constructs.image_registry import ImageRegistry
    from shipway.constructs.registry_credentials import RegistryCredentials
    from shipway.constructs.removal import Removal

_PLAINTEXT = codebuild.BuildEnvironmentVariableType.PLAINTEXT
_PARAMETER_STORE = codebuild.BuildEnvironmentVariableType.PARAMETER_STORE
_SECRETS_MANAGER = codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER


class ImageBuild(Construct):
    """A CodeBuild project with its role, log group and report groups.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names project, role and log group.
        removal: Whether logs and reports outlive the stack.
        specification: The buildspec.
        artifact_bucket: The pipeline's bucket: input and outputs.
        registry: Where the image goes; None if nothing is pushed.
        credentials: Docker Hub credentials; None if nothing is pulled.
        secrets: Variables from Secrets Manager; their values never stand in a template or a log.
        architecture: The processor of the machine that builds (default: x86_64).
        network: The network to build in, to reach what is only there (default: CodeBuild's own).
        log_retention: How long logs are kept (default 30 days).
        timeout_minutes: The build is stopped after so many minutes (default 30).

    Attributes:
        project: The CodeBuild project.
        role: Its service role.
        log_group: Its log group.
        report_groups: Its report groups.
        artifacts: The names of its output artifacts, in order.
        security_group: What it has in ``network``; None elsewhere.

    Raises:
        InputError: A secret's variable cannot be one, or the network has no way to the internet.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        specification: BuildSpecification,
        artifact_bucket: s3.IBucket,
        registry: ImageRegistry | None = None,
        credentials: RegistryCredentials | None = None,
        secrets: Mapping[str, secretsmanager.ISecret] | None = None,
        architecture: Architecture = Architecture.X86_64,
        network: Network | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        timeout_minutes: int = 30,
    ) -> None:
        super().__init__(scope, construct_id)
        _require_variables(secrets or {})
        if network is not None:
            _require_way_out(network)
        self.artifacts = tuple(specification.artifacts)
        project_name = naming.name(Kind.BUILD_PROJECT, "build")
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=naming.name(Kind.LOG_GROUP, "build", prefix="/aws/codebuild/"),
            retention=log_retention,
            removal_policy=removal.policy,
        )
        removal.allow(self.log_group, "log-group-left-behind")
        self.report_groups = self._report_groups(project_name, specification, removal)
        self.security_group = (
            ec2.SecurityGroup(
                self,
                "SecurityGroup",
                vpc=network.vpc,
                description="Builds reach out; nothing reaches them",
            )
            if network
            else None
        )
        statements = [
            permissions.write_logs(self.log_group),
            *permissions.write_reports(self, project_name, specification.reports.values()),
            *permissions.use_artifacts(artifact_bucket),
            *(
                permissions.push_images(registry.repository, read_scan=specification.reads_scan)
                if registry
                else []
            ),
            *(credentials.statements if credentials else []),
            *permissions.read_secrets(list((secrets or {}).values())),
            *(
                permissions.stand_in_network(self, network, self.security_group)
                if network and self.security_group
                else []
            ),
        ]
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "build-role"),
            assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"),
            inline_policies={"Build": iam.PolicyDocument(statements=statements)},
        )
        acknowledge_wildcards(self.role, statements)
        variables = {
            name: _variable(_SECRETS_MANAGER, secret.secret_full_arn or secret.secret_name)
            for name, secret in (secrets or {}).items()
        }
        if registry:
            variables["IMAGE_REPOSITORY_URI"] = _variable(_PLAINTEXT, registry.uri)
        if credentials:
            variables["DOCKER_HUB_USER_NAME"] = _variable(_PARAMETER_STORE, credentials.user_name_path)
            variables["DOCKER_HUB_PASSWORD_PARAMETER"] = _variable(_PLAINTEXT, credentials.password_path)
        self.project = codebuild.PipelineProject(
            self,
            "Project",
            project_name=project_name,
            description=f"Tests and builds the image of {naming.service}"
            if registry
            else f"Hands the image of {naming.service} over",
            # The project would add grants of its own: wider ones, and for report groups it does not have.
            role=self.role.without_policy_updates(),
            grant_report_group_permissions=False,
            build_spec=codebuild.BuildSpec.from_object_to_yaml(specification.to_dict()),
            environment=codebuild.BuildEnvironment(
                build_image=architecture.build_image,
                compute_type=codebuild.ComputeType.SMALL,
                privileged=registry is not None,  # docker runs in the build container
            ),
            environment_variables=variables,
            logging=codebuild.LoggingOptions(
                cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=self.log_group)
            ),
            timeout=Duration.minutes(timeout_minutes),
        )
        acknowledge(
            self.project,
            "CB4",
            "Its outputs are encrypted as the pipeline's bucket says",
        )
        if credentials:
            # A variable that names a parameter does not depend on it in CloudFormation's eyes.
            self.project.node.add_dependency(credentials.user_name)
        if network and self.security_group:
            self._stand_in(network, self.security_group)

    def _report_groups(
        self, project_name: str, specification: BuildSpecification, removal: Removal
    ) -> list[codebuild.CfnReportGroup]:
        # A buildspec's report "tests" goes to the group "{project}-tests". Declared, it goes with the
        # stack; left to CodeBuild, the first build would create one that nothing deletes.
        groups = [
            codebuild.CfnReportGroup(
                self,
                f"Report{name.title()}",
                name=f"{project_name}-{name}",
                type=report.type,
                delete_reports=removal.empties,
                export_config=codebuild.CfnReportGroup.ReportExportConfigProperty(
                    export_config_type="NO_EXPORT"
                ),
            )
            for name, report in specification.reports.items()
        ]
        for group in groups:
            group.apply_removal_policy(removal.policy)
        return groups

    def _stand_in(self, network: Network, group: ec2.ISecurityGroup) -> None:
        # The CDK's own property attaches a policy to the role, which has what it needs.
        cast(
            "codebuild.CfnProject", self.project.node.default_child
        ).vpc_config = codebuild.CfnProject.VpcConfigProperty(
            vpc_id=network.vpc.vpc_id,
            subnets=network.vpc.select_subnets(subnet_type=network.task_subnets.subnet_type).subnet_ids,
            security_group_ids=[group.security_group_id],
        )


def _variable(kind: codebuild.BuildEnvironmentVariableType, value: str) -> codebuild.BuildEnvironmentVariable:
    return codebuild.BuildEnvironmentVariable(type=kind, value=value)


def _require_variables(secrets: Mapping[str, object]) -> None:
    for name in secrets:
        if not name.isidentifier() or name.startswith("CODEBUILD_"):
            raise InputError(
                "a build's variable is made of letters, digits and '_', and CODEBUILD_ belongs to CodeBuild",
                where="secrets",
                value=repr(name),
                remedy='Use e.g. "NPM_TOKEN"',
            )


def _require_way_out(network: Network) -> None:
    if network.egress is Egress.ENDPOINTS:
        raise InputError(
            "a build in a network without a way to the internet cannot install what it needs",
            where="network",
            value=network.egress.value,
            remedy="Use Egress.ONE_NAT, or leave the build in CodeBuild's own network",
        )
