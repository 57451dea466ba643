"""The pipeline: Source, Build, and a deploying stage for each environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Aws, CfnResource
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns

from constructs import Construct
from shipway.constructs.findings import acknowledge_wildcards
from shipway.constructs.pipeline_action import PipelineAction
from shipway.constructs.source import SOURCE_ARTIFACT
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.constructs.artifact_bucket import ArtifactBucket
    from shipway.constructs.deploy_stage import DeployStage
    from shipway.constructs.image_build import ImageBuild
    from shipway.constructs.source import Source


class DeliveryPipeline(Construct):
    """A CodePipeline (V2) that a change starts and that deploys to one environment after the other.

    Actions run as the pipeline's own role, which can do what they need and nothing else; a deployment to
    another account runs as the role that its environment has for it.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names pipeline and role.
        artifacts: The bucket between the stages.
        source: What is delivered; its changes start the pipeline.
        build: Builds the image, once for all environments.
        stages: Where it is deployed, in this order.
        approval_topic: Told when a person must approve; needed once a stage wants approval.

    Attributes:
        pipeline: The pipeline.
        role: Its role.
        console_url: Its page in the AWS console.

    Raises:
        InputError: No stage, or an approval that nobody would learn of.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        artifacts: ArtifactBucket,
        source: Source,
        build: ImageBuild,
        stages: Sequence[DeployStage],
        approval_topic: sns.ITopic | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        _require_stages(stages, approval_topic)
        self._service = naming.service
        policies = {
            "Source": [*source.statements, *artifacts.pipeline_statements()],
            "Build": _build_statements(build),
            "Deploy": [
                *(statement for stage in stages for statement in stage.statements),
                *_approval_statements(stages, approval_topic),
            ],
        }
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "pipeline-role"),
            assumed_by=iam.ServicePrincipal("codepipeline.amazonaws.com"),
            inline_policies={
                name: iam.PolicyDocument(statements=statements) for name, statements in policies.items()
            },
        )
        for statements in policies.values():
            acknowledge_wildcards(self.role, statements)
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
            # The pipeline would grant the role 60 actions on the bucket and AssumeRole.
            role=self.role.without_policy_updates(),
            use_pipeline_role_for_actions=True,
        )
        # The pipeline depends on its role by reference; the construct says so again (cfn-lint W3005).
        cast("CfnResource", self.pipeline.node.default_child).add_deletion_override("DependsOn")
        source_output = codepipeline.Artifact(SOURCE_ARTIFACT)
        built = {name: codepipeline.Artifact(name) for name in build.artifacts}
        self.pipeline.add_stage(stage_name="Source", actions=[source.action(source_output)])
        self.pipeline.add_stage(
            stage_name="Build",
            actions=[
                PipelineAction(
                    action_name="Build",
                    category=codepipeline.ActionCategory.BUILD,
                    provider="CodeBuild",
                    configuration={"ProjectName": build.project.project_name},
                    inputs=[source_output],
                    outputs=list(built.values()),
                )
            ],
        )
        for stage in stages:
            if stage.approval:
                self._approve(stage, cast("sns.ITopic", approval_topic))
            self._deploy(stage, [built[name] for name in stage.inputs])
        source.start_on_change(self.pipeline)
        self.console_url = (
            f"https://{Aws.REGION}.console.aws.amazon.com/codesuite/codepipeline/pipelines/"
            f"{self.pipeline.pipeline_name}/view?region={Aws.REGION}"
        )

    def _approve(self, stage: DeployStage, topic: sns.ITopic) -> None:
        self.pipeline.add_stage(
            stage_name=f"Approve{stage.name}",
            actions=[
                PipelineAction(
                    action_name="Approve",
                    category=codepipeline.ActionCategory.APPROVAL,
                    provider="Manual",
                    configuration={
                        "NotificationArn": topic.topic_arn,
                        "CustomData": f"{self._service} waits for a person before the stage {stage.name}",
                    },
                )
            ],
        )

    def _deploy(self, stage: DeployStage, inputs: list[codepipeline.Artifact]) -> None:
        role = stage.role_arn and iam.Role.from_role_arn(
            self, f"{stage.name}Role", stage.role_arn, mutable=False
        )
        self.pipeline.add_stage(
            stage_name=stage.name,
            actions=[
                PipelineAction(
                    action_name=stage.name,
                    category=codepipeline.ActionCategory.DEPLOY,
                    provider=stage.provider,
                    configuration=stage.configuration,
                    inputs=inputs,
                    role=role or None,
                )
            ],
        )


def _require_stages(stages: Sequence[DeployStage], approval_topic: sns.ITopic | None) -> None:
    if not stages:
        raise InputError(
            "a pipeline must deploy somewhere",
            where="stages",
            value="()",
            remedy="Give it at least one stage, e.g. release.deploy_stage(...)",
        )
    waiting = [stage.name for stage in stages if stage.approval]
    if waiting and approval_topic is None:
        raise InputError(
            "an approval without a topic waits seven days and fails, and nobody learns of it",
            where="approval_topic",
            value=", ".join(waiting),
            remedy="Give the pipeline the topic of its alerts",
        )


def _approval_statements(
    stages: Sequence[DeployStage], topic: sns.ITopic | None
) -> list[iam.PolicyStatement]:
    if topic is None or not any(stage.approval for stage in stages):
        return []
    return [iam.PolicyStatement(actions=["sns:Publish"], resources=[topic.topic_arn])]


def _build_statements(build: ImageBuild) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            actions=["codebuild:BatchGetBuilds", "codebuild:StartBuild", "codebuild:StopBuild"],
            resources=[build.project.project_arn],
        )
    ]
