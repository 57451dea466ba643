"""The release: CodeDeploy shifts traffic from blue to green and back when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import ArnFormat, CfnResource, Duration, Stack
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from constructs import Construct
from shipway.constructs.blue_green_service import require_engine
from shipway.constructs.deploy_stage import DeployFiles, DeployStage, Engine, FailureEvents
from shipway.constructs.findings import acknowledge_wildcards
from shipway.constructs.handover import CONTAINER, IMAGE_ARTIFACT
from shipway.constructs.release_alarms import release_alarms
from shipway.constructs.release_hooks import let_hooks_answer, require_hooks
from shipway.constructs.task_definition_file import IMAGE_PLACEHOLDER, app_spec_yaml
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming
from shipway.model.traffic import Strategy, TrafficShift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.constructs.blue_green_service import BlueGreenService

_LONGEST_KEPT = 48 * 60
_TASK_DEFINITION = "taskdef.json"
_APP_SPEC = "appspec.yaml"


class Release(Construct):
    """A CodeDeploy application and deployment group that own the service's traffic.

    A deployment is rolled back when it fails, when it is stopped, and when an alarm goes off: too many 5xx
    answers from either colour, or an unhealthy task in either. An alarm that is on when a deployment starts
    stops it, too.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names application, group, role and alarms.
        service: What is deployed.
        traffic_shift: How traffic moves (default: 10 %, and the rest after 5 minutes).
        keep_blue_minutes: How long the old tasks run on after the shift, for a quick way back (default 5;
            at most 2880). The pipeline waits for it and is billed per minute.
        max_5xx_per_minute: More 5xx answers than this from one colour raise the alarm (default 5).
        max_latency_seconds: A 99th percentile above this, for two minutes, raises the alarm (default: none).
        hooks: Functions by the event at which CodeDeploy calls them, e.g. ``AfterAllowTestTraffic``, when
            the test listener answers for green. Each must tell CodeDeploy its verdict
            (``PutLifecycleEventHookExecutionStatus``, which it is granted) within an hour.

    Attributes:
        application: The CodeDeploy application.
        deployment_group: The deployment group.
        role: What CodeDeploy acts as.
        alarms: The alarms that roll back.

    Raises:
        InputError: A number is outside its range.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        service: BlueGreenService,
        traffic_shift: TrafficShift | None = None,
        keep_blue_minutes: int = 5,
        max_5xx_per_minute: int = 5,
        max_latency_seconds: float | None = None,
        hooks: Mapping[str, lambda_.IFunction] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        if not 0 <= keep_blue_minutes <= _LONGEST_KEPT:
            raise InputError(
                f"blue can be kept for 0 to {_LONGEST_KEPT} minutes",
                where="keep_blue_minutes",
                value=str(keep_blue_minutes),
                remedy="Use 5, or as long as you need to notice a bad release",
            )
        require_engine(service, Engine.CODE_DEPLOY, type(self).__name__)
        self._naming = naming
        self._shift = traffic_shift or TrafficShift.canary()
        self._service = service
        self._hooks = require_hooks(Engine.CODE_DEPLOY, hooks or {})
        balancer = service.balancer
        self.alarms = release_alarms(
            self,
            naming=naming,
            balancer=balancer,
            max_5xx_per_minute=max_5xx_per_minute,
            max_latency_seconds=max_latency_seconds,
        )
        application, group = (naming.name(Kind.DEPLOYMENT, name) for name in ("release", "release-group"))
        self.application = codedeploy.EcsApplication(self, "Application", application_name=application)
        statements = self._statements(service)
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "release-role"),
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            inline_policies={"Release": iam.PolicyDocument(statements=statements)},
        )
        acknowledge_wildcards(self.role, statements)
        self.deployment_group = codedeploy.EcsDeploymentGroup(
            self,
            "Group",
            deployment_group_name=group,
            application=self.application,
            # Else the group adds AWSCodeDeployRoleForECS, which holds for every service of the account.
            role=self.role.without_policy_updates(),
            service=service.service,
            deployment_config=self._config(),
            blue_green_deployment_config=codedeploy.EcsBlueGreenDeploymentConfig(
                blue_target_group=balancer.blue,
                green_target_group=balancer.green,
                listener=balancer.production_listener,
                test_listener=balancer.test_listener,
                termination_wait_time=Duration.minutes(keep_blue_minutes),
            ),
            alarms=self.alarms,
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )

        # It depends on its configuration by reference; the construct says so again (cfn-lint W3005).
        cast("CfnResource", self.deployment_group.node.default_child).add_deletion_override("DependsOn")
        let_hooks_answer(self, self._hooks.values(), application, group)

    @property
    def failure(self) -> FailureEvents:
        """The events of a failed or stopped deployment."""
        return FailureEvents(
            source="aws.codedeploy",
            detail_type="CodeDeploy Deployment State-change Notification",
            detail={
                "application": [self.application.application_name],
                "deploymentGroup": [self.deployment_group.deployment_group_name],
                "state": ["FAILURE", "STOP"],
            },
            told=("application", "state", "deploymentId"),
        )

    @property
    def names(self) -> dict[str, str]:
        """The name that stands for each of this release's references in another stack."""
        group, naming = self.deployment_group, self._naming
        return {
            self.application.application_name: naming.name(Kind.DEPLOYMENT, "release"),
            group.deployment_group_name: naming.name(Kind.DEPLOYMENT, "release-group"),
            **(
                {}
                if self._shift.predefined
                else {group.deployment_config.deployment_config_name: naming.name(Kind.DEPLOYMENT, "shift")}
            ),
        }

    def deploy_stage(self, *, name: str, files: str, directory: str, approval: bool = False) -> DeployStage:
        """The pipeline's stage that deploys: the task definition comes from ``files``, the image with it."""
        return DeployStage(
            name=name,
            provider="CodeDeployToECS",
            configuration={
                "ApplicationName": self.application.application_name,
                "DeploymentGroupName": self.deployment_group.deployment_group_name,
                "TaskDefinitionTemplateArtifact": files,
                "TaskDefinitionTemplatePath": _TASK_DEFINITION,
                "AppSpecTemplateArtifact": files,
                "AppSpecTemplatePath": _APP_SPEC,
                "Image1ArtifactName": IMAGE_ARTIFACT,
                "Image1ContainerName": IMAGE_PLACEHOLDER,
            },
            inputs=(files, IMAGE_ARTIFACT),
            statements=self._pipeline_statements(),
            files=DeployFiles(
                artifact=files,
                directory=directory,
                contents={
                    _TASK_DEFINITION: self._service.task_definition_json,
                    _APP_SPEC: app_spec_yaml(
                        CONTAINER,
                        self._service.container_port,
                        {event: function.function_name for event, function in self._hooks.items()},
                    ),
                },
            ),
            approval=approval,
        )

    def _pipeline_statements(self) -> list[iam.PolicyStatement]:
        # RegisterTaskDefinition makes the next revision, whose number nobody knows yet.
        revisions = Stack.of(self).format_arn(
            service="ecs", resource="task-definition", resource_name=f"{self._service.family}:*"
        )
        return [
            iam.PolicyStatement(
                actions=[
                    "codedeploy:GetApplication",
                    "codedeploy:GetApplicationRevision",
                    "codedeploy:RegisterApplicationRevision",
                ],
                resources=[self.application.application_arn],
            ),
            iam.PolicyStatement(
                actions=["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
                resources=[self.deployment_group.deployment_group_arn],
            ),
            iam.PolicyStatement(
                actions=["codedeploy:GetDeploymentConfig"],
                resources=[self.deployment_group.deployment_config.deployment_config_arn],
            ),
            iam.PolicyStatement(actions=["ecs:RegisterTaskDefinition"], resources=[revisions]),
            self._service.pass_task_roles(),
        ]

    def _config(self) -> codedeploy.IEcsDeploymentConfig:
        shift = self._shift
        if shift.predefined is not None:
            return codedeploy.EcsDeploymentConfig.from_ecs_deployment_config_name(
                self, "Shift", shift.predefined
            )
        interval = Duration.minutes(shift.minutes)
        routing = (
            codedeploy.TrafficRouting.time_based_canary(interval=interval, percentage=shift.percent)
            if shift.strategy is Strategy.CANARY
            else codedeploy.TrafficRouting.time_based_linear(interval=interval, percentage=shift.percent)
        )
        return codedeploy.EcsDeploymentConfig(
            self,
            "Shift",
            deployment_config_name=self._naming.name(Kind.DEPLOYMENT, "shift"),
            traffic_routing=routing,
        )

    def _statements(self, service: BlueGreenService) -> list[iam.PolicyStatement]:
        cluster, name = service.cluster.cluster_name, service.service.service_name
        balancer = service.balancer

        def ecs_arn(resource: str, suffix: str = "") -> str:
            return Stack.of(self).format_arn(
                service="ecs",
                resource=resource,
                resource_name=f"{cluster}/{name}{suffix}",
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            )

        return [
            iam.PolicyStatement(
                actions=["ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"],
                resources=[ecs_arn("service")],
            ),
            iam.PolicyStatement(
                actions=["ecs:CreateTaskSet", "ecs:DeleteTaskSet"], resources=[ecs_arn("task-set", "/*")]
            ),
            iam.PolicyStatement(
                # None of these has a resource type.
                actions=[
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTargetGroups",
                ],
                resources=["*"],
            ),
            iam.PolicyStatement(
                actions=["elasticloadbalancing:ModifyListener"],
                resources=[balancer.production_listener.listener_arn, balancer.test_listener.listener_arn],
            ),
            iam.PolicyStatement(
                actions=["cloudwatch:DescribeAlarms"], resources=[alarm.alarm_arn for alarm in self.alarms]
            ),
            service.pass_task_roles(),
            *(
                [
                    iam.PolicyStatement(
                        actions=["lambda:InvokeFunction"],
                        resources=[function.function_arn for function in self._hooks.values()],
                    )
                ]
                if self._hooks
                else []
            ),
        ]
