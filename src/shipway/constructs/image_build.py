"""The build: from a source artifact to a tested image in the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, Stack
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from constructs import Construct
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.buildspec import BuildSpecification
    from shipway.constructs.image_registry import ImageRegistry
    from shipway.constructs.registry_credentials import RegistryCredentials
    from shipway.constructs.removal import Removal

_PLAINTEXT = codebuild.BuildEnvironmentVariableType.PLAINTEXT
_PARAMETER_STORE = codebuild.BuildEnvironmentVariableType.PARAMETER_STORE


class ImageBuild(Construct):
    """A CodeBuild project with its role, log group and report groups.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names project, role and log group.
        removal: Whether logs and reports outlive the stack.
        specification: The buildspec.
        registry: Where the image goes.
        credentials: Docker Hub credentials.
        artifact_bucket: The pipeline's bucket: input and outputs.
        log_retention: How long logs are kept (default 30 days).
        timeout_minutes: The build is stopped after so many minutes (default 30).

    Attributes:
        project: The CodeBuild project.
        role: Its service role.
        log_group: Its log group.
        report_groups: Its report groups.
        artifacts: The names of its output artifacts, in order.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        specification: BuildSpecification,
        registry: ImageRegistry,
        credentials: RegistryCredentials,
        artifact_bucket: s3.IBucket,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
        timeout_minutes: int = 30,
    ) -> None:
        super().__init__(scope, construct_id)
        self.artifacts = tuple(specification.artifacts)
        project_name = naming.name(Kind.BUILD_PROJECT, "build")
        self.log_group = logs.LogGroup(
            self,
            "Logs",
            log_group_name=naming.name(Kind.LOG_GROUP, "build", prefix="/aws/codebuild/"),
            retention=log_retention,
            removal_policy=removal.policy,
        )
        # A buildspec's report "tests" goes to the group "{project}-tests". Declared, it goes with the
        # stack; left to CodeBuild, the first build would create one that nothing deletes.
        self.report_groups = [
            codebuild.CfnReportGroup(
                self,
                f"Report{name.title()}",
                name=f"{project_name}-{name}",
                type="TEST",
                delete_reports=removal.empties,
                export_config=codebuild.CfnReportGroup.ReportExportConfigProperty(
                    export_config_type="NO_EXPORT"
                ),
            )
            for name in specification.reports
        ]
        for group in self.report_groups:
            group.apply_removal_policy(removal.policy)
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "build-role"),
            assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"),
            inline_policies={
                "Build": iam.PolicyDocument(
                    statements=[
                        *self._statements(project_name, registry.repository, artifact_bucket),
                        *credentials.statements,
                    ]
                )
            },
        )
        self.project = codebuild.PipelineProject(
            self,
            "Project",
            project_name=project_name,
            description=f"Tests and builds the image of {naming.service}",
            # The project would add grants of its own: wider ones, and for report groups it does not have.
            role=self.role.without_policy_updates(),
            grant_report_group_permissions=False,
            build_spec=codebuild.BuildSpec.from_object_to_yaml(specification.to_dict()),
            environment=codebuild.BuildEnvironment(
                build_image=codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5,
                compute_type=codebuild.ComputeType.SMALL,
                privileged=True,  # docker runs in the build container
            ),
            environment_variables={
                "IMAGE_REPOSITORY_URI": _variable(_PLAINTEXT, registry.uri),
                "DOCKER_HUB_USER_NAME": _variable(_PARAMETER_STORE, credentials.user_name_path),
                "DOCKER_HUB_PASSWORD_PARAMETER": _variable(_PLAINTEXT, credentials.password_path),
            },
            logging=codebuild.LoggingOptions(
                cloud_watch=codebuild.CloudWatchLoggingOptions(log_group=self.log_group)
            ),
            timeout=Duration.minutes(timeout_minutes),
        )
        # A variable that names a parameter does not depend on it in CloudFormation's eyes.
        self.project.node.add_dependency(credentials.user_name)

    def _statements(
        self, project_name: str, repository: ecr.IRepository, bucket: s3.IBucket
    ) -> list[iam.PolicyStatement]:
        report_groups = Stack.of(self).format_arn(
            service="codebuild", resource="report-group", resource_name=f"{project_name}-*"
        )
        return [
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[self.log_group.log_group_arn],
            ),
            iam.PolicyStatement(
                actions=[
                    "codebuild:CreateReportGroup",
                    "codebuild:CreateReport",
                    "codebuild:UpdateReport",
                    "codebuild:BatchPutTestCases",
                ],
                resources=[report_groups],
            ),
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
                resources=[bucket.arn_for_objects("*")],
            ),
            iam.PolicyStatement(
                actions=["s3:GetBucketAcl", "s3:GetBucketLocation"], resources=[bucket.bucket_arn]
            ),
            iam.PolicyStatement(
                actions=[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ],
                resources=[repository.repository_arn],
            ),
            # Has no resource type:
            # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
            iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        ]


def _variable(kind: codebuild.BuildEnvironmentVariableType, value: str) -> codebuild.BuildEnvironmentVariable:
    return codebuild.BuildEnvironmentVariable(type=kind, value=value)
