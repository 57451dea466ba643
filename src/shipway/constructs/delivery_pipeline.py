"""The pipeline: Source, Build, Deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Aws, CfnResource, Stack
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.image_buildspec import DEPLOY_ARTIFACT, IMAGE_ARTIFACT
from shipway.constructs.release import Release, pass_task_roles
from shipway.constructs.task_definition_file import IMAGE_PLACEHOLDER
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.artifact_bucket import ArtifactBucket
    from shipway.constructs.blue_green_service import BlueGreenService
    from shipway.constructs.image_build import ImageBuild
    from shipway.constructs.source_repository import SourceRepository

SOURCE_ARTIFACT = "SourceArtifact"


class DeliveryPipeline(Construct):
    """A CodePipeline (V2) that a push starts and that ends in a CodeDeploy deployment.

    All actions run as the pipeline's own role, which can do what they need and nothing else.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names pipeline and role.
        artifacts: The bucket between the stages.
        source: What is delivered; its pushes start the pipeline.
        build: Builds the image.
        service: What is deployed.
        release: Deploys it.

    Attributes:
        pipeline: The pipeline.
        role: Its role.
        console_url: Its page in the AWS console.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        artifacts: ArtifactBucket,
        source: SourceRepository,
        build: ImageBuild,
        service: BlueGreenService,
        release: Release,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "pipeline-role"),
            assumed_by=iam.ServicePrincipal("codepipeline.amazonaws.com"),
            inline_policies={
                "Source": iam.PolicyDocument(statements=_source_statements(source, artifacts)),
                "Build": iam.PolicyDocument(statements=_build_statements(build)),
                "Deploy": iam.PolicyDocument(statements=_deploy_statements(self, service, release)),
            },
        )
        self.pipeline = codepipeline.Pipeline(
            self,
            "Pipeline",
            pipeline_name=naming.name(Kind.PIPELINE, "pipeline"),
            # Else flags in an app's cdk.json decide: on a V1 pipeline, and on a KMS key.
            pipeline_type=codepipeline.PipelineType.V2,
            cross_account_keys=False,
            # A newer push overtakes one that still waits for a stage; no stage runs twice at once.
            execution_mode=codepipeline.ExecutionMode.SUPERSEDED,
            artifact_bucket=artifacts.bucket,
            # Pipeline and actions would grant the role 60 actions on the bucket and PassRole on every role.
            role=self.role.without_policy_updates(),
            use_pipeline_role_for_actions=True,
        )
        # The pipeline depends on its role by reference; the construct says so again (cfn-lint W3005).
        cast("CfnResource", self.pipeline.node.default_child).add_deletion_override("DependsOn")
        source_output = codepipeline.Artifact(SOURCE_ARTIFACT)
        image, deploy = codepipeline.Artifact(IMAGE_ARTIFACT), codepipeline.Artifact(DEPLOY_ARTIFACT)
        self.pipeline.add_stage(
            stage_name="Source",
            actions=[
                actions.CodeCommitSourceAction(
                    action_name="Source",
                    repository=source.repository,
                    branch=source.branch,
                    output=source_output,
                    trigger=actions.CodeCommitTrigger.NONE,  # the source has its own rule and role
                )
            ],
        )
        self.pipeline.add_stage(
            stage_name="Build",
            actions=[
                actions.CodeBuildAction(
                    action_name="Build",
                    project=build.project,
                    input=source_output,
                    outputs=[image, deploy],
                )
            ],
        )
        self.pipeline.add_stage(
            stage_name="Deploy",
            actions=[
                actions.CodeDeployEcsDeployAction(
                    action_name="Deploy",
                    deployment_group=release.deployment_group,
                    task_definition_template_input=deploy,
                    app_spec_template_input=deploy,
                    container_image_inputs=[
                        actions.CodeDeployEcsContainerImageInput(
                            input=image, task_definition_placeholder=IMAGE_PLACEHOLDER
                        )
                    ],
                )
            ],
        )
        source.start_on_push(self.pipeline)
        self.console_url = (
            f"https://{Aws.REGION}.console.aws.amazon.com/codesuite/codepipeline/pipelines/"
            f"{self.pipeline.pipeline_name}/view?region={Aws.REGION}"
        )


def _source_statements(source: SourceRepository, artifacts: ArtifactBucket) -> list[iam.PolicyStatement]:
    bucket = artifacts.bucket
    return [
        iam.PolicyStatement(
            actions=[
                "codecommit:CancelUploadArchive",
                "codecommit:GetBranch",
                "codecommit:GetCommit",
                "codecommit:GetUploadArchiveStatus",
                "codecommit:UploadArchive",
            ],
            resources=[source.repository.repository_arn],
        ),
        iam.PolicyStatement(
            actions=["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            resources=[bucket.arn_for_objects("*")],
        ),
        iam.PolicyStatement(actions=["s3:GetBucketVersioning"], resources=[bucket.bucket_arn]),
    ]


def _build_statements(build: ImageBuild) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
            resources=[build.project.project_arn],
        )
    ]


def _deploy_statements(
    scope: Construct, service: BlueGreenService, release: Release
) -> list[iam.PolicyStatement]:
    group = release.deployment_group
    # RegisterTaskDefinition makes the next revision, whose number nobody knows yet.
    revisions = Stack.of(scope).format_arn(
        service="ecs", resource="task-definition", resource_name=f"{service.task_definition.family}:*"
    )
    return [
        iam.PolicyStatement(
            actions=[
                "codedeploy:GetApplication",
                "codedeploy:GetApplicationRevision",
                "codedeploy:RegisterApplicationRevision",
            ],
            resources=[release.application.application_arn],
        ),
        iam.PolicyStatement(
            actions=["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
            resources=[group.deployment_group_arn],
        ),
        iam.PolicyStatement(
            actions=["codedeploy:GetDeploymentConfig"],
            resources=[group.deployment_config.deployment_config_arn],
        ),
        iam.PolicyStatement(actions=["ecs:RegisterTaskDefinition"], resources=[revisions]),
        pass_task_roles(service),
    ]
