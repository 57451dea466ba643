"""The release: CodeDeploy shifts traffic from blue to green and back when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming
from shipway.model.traffic import Strategy, TrafficShift

if TYPE_CHECKING:
    from shipway.constructs.blue_green_service import BlueGreenService

_LONGEST_KEPT = 48 * 60


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
    ) -> None:
        super().__init__(scope, construct_id)
        if not 0 <= keep_blue_minutes <= _LONGEST_KEPT:
            raise InputError(
                f"blue can be kept for 0 to {_LONGEST_KEPT} minutes",
                where="keep_blue_minutes",
                value=str(keep_blue_minutes),
                remedy="Use 5, or as long as you need to notice a bad release",
            )
        if max_5xx_per_minute < 1:
            raise InputError(
                "an alarm on 5xx answers must allow at least one a minute",
                where="max_5xx_per_minute",
                value=str(max_5xx_per_minute),
                remedy="A single failed request would end every release; use 5",
            )
        balancer = service.balancer
        self.alarms = [
            alarm
            for colour, group in (("blue", balancer.blue), ("green", balancer.green))
            for alarm in (
                self._errors_alarm(naming, colour, group, max_5xx_per_minute),
                self._unhealthy_alarm(naming, colour, group),
            )
        ]
        self.application = codedeploy.EcsApplication(
            self, "Application", application_name=naming.name(Kind.DEPLOYMENT, "release")
        )
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "release-role"),
            assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
            inline_policies={"Release": iam.PolicyDocument(statements=self._statements(service))},
        )
        self.deployment_group = codedeploy.EcsDeploymentGroup(
            self,
            "Group",
            deployment_group_name=naming.name(Kind.DEPLOYMENT, "release-group"),
            application=self.application,
            # Else the group adds AWSCodeDeployRoleForECS, which holds for every service of the account.
            role=self.role.without_policy_updates(),
            service=service.service,
            deployment_config=self._config(naming, traffic_shift or TrafficShift.canary()),
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

    def _config(self, naming: Naming, shift: TrafficShift) -> codedeploy.IEcsDeploymentConfig:
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
            deployment_config_name=naming.name(Kind.DEPLOYMENT, "shift"),
            traffic_routing=routing,
        )

    def _errors_alarm(
        self, naming: Naming, colour: str, group: elbv2.ApplicationTargetGroup, most: int
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            f"{colour.title()}Errors",
            alarm_name=naming.name(Kind.ALARM, f"{colour}-5xx"),
            alarm_description=f"{colour} answers more than {most} requests a minute with 5xx",
            metric=group.metrics.http_code_target(
                elbv2.HttpCodeTarget.TARGET_5XX_COUNT, period=Duration.minutes(1), statistic="Sum"
            ),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=most,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no 5xx, no data
        )

    def _unhealthy_alarm(
        self, naming: Naming, colour: str, group: elbv2.ApplicationTargetGroup
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            f"{colour.title()}Unhealthy",
            alarm_name=naming.name(Kind.ALARM, f"{colour}-unhealthy"),
            alarm_description=f"A task of {colour} is unhealthy for two minutes",
            metric=group.metrics.unhealthy_host_count(period=Duration.minutes(1), statistic="Maximum"),
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            threshold=1,
            evaluation_periods=2,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no tasks, no data
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
            pass_task_roles(service),
        ]


def pass_task_roles(service: BlueGreenService) -> iam.PolicyStatement:
    """Lets its holder start tasks under the service's two roles, and pass no other role to no one else."""
    return iam.PolicyStatement(
        actions=["iam:PassRole"],
        resources=[service.execution_role.role_arn, service.task_role.role_arn],
        conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    )
