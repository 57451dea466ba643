"""The release that ECS does itself: it shifts traffic between the two groups of one listener rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from constructs import Construct
from shipway.constructs.blue_green_service import BlueGreenService, require_engine
from shipway.constructs.deploy_stage import DeployStage, Engine, FailureEvents
from shipway.constructs.findings import acknowledge_wildcards
from shipway.constructs.handover import IMAGE_ARTIFACT, IMAGE_DEFINITIONS
from shipway.constructs.release_alarms import release_alarms
from shipway.constructs.release_hooks import require_hooks
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming
from shipway.model.traffic import Strategy, TrafficShift

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_BAKE = 1440
_SMALLEST_LINEAR_STEP = 3  # percent; botocore ecs LinearConfiguration


class NativeRelease(Construct):
    """Makes the service deploy by ECS's own blue/green, linear or canary strategy.

    A deployment is rolled back when its tasks do not become healthy (the circuit breaker) and when an alarm
    goes off: too many 5xx answers from either colour, or an unhealthy task in either. The pipeline deploys
    by its ECS action, which takes the running task definition and changes nothing but the image.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names roles and alarms.
        service: What is deployed, made with ``engine=Engine.ECS``.
        traffic_shift: How traffic moves (default: 10 %, and the rest after 5 minutes).
        bake_minutes: How long both colours run after the shift, for a quick way back (default 5; at most
            1440). Always set: what CloudFormation assumes when it is left out is 36 hours.
        max_5xx_per_minute: More 5xx answers than this from one colour raise the alarm (default 5).
        max_latency_seconds: A 99th percentile above this, for two minutes, raises the alarm (default: none).
        hooks: Functions by the stage at which ECS calls them, e.g. ``POST_TEST_TRAFFIC_SHIFT``, where the
            test listener answers for green. One that answers ``FAILED`` rolls the deployment back.

    Attributes:
        role: What ECS acts as at the load balancer.
        hook_role: What ECS acts as when it calls a hook; None without hooks.
        alarms: The alarms that roll back.

    Raises:
        InputError: A number is outside its range, or the service is made for another engine.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        service: BlueGreenService,
        traffic_shift: TrafficShift | None = None,
        bake_minutes: int = 5,
        max_5xx_per_minute: int = 5,
        max_latency_seconds: float | None = None,
        hooks: Mapping[str, lambda_.IFunction] | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        shift = traffic_shift or TrafficShift.canary()
        _require_bake(bake_minutes)
        _require_step(shift)
        require_engine(service, Engine.ECS, type(self).__name__)
        self._service = service
        self.alarms = release_alarms(
            self,
            naming=naming,
            balancer=service.balancer,
            max_5xx_per_minute=max_5xx_per_minute,
            max_latency_seconds=max_latency_seconds,
        )
        statements = _balancer_statements(service)
        self.role = iam.Role(
            self,
            "Role",
            role_name=naming.name(Kind.ROLE, "release-role"),
            assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
            inline_policies={"Release": iam.PolicyDocument(statements=statements)},
        )
        acknowledge_wildcards(self.role, statements)
        called = require_hooks(Engine.ECS, hooks or {})
        self.hook_role = self._hook_role(naming, called) if called else None
        self._configure(shift, bake_minutes, called)

    def _configure(self, shift: TrafficShift, bake: int, hooks: Mapping[str, lambda_.IFunction]) -> None:
        resource = cast("ecs.CfnService", self._service.service.node.default_child)
        deployment: dict[str, Any] = {
            **_strategy(shift),
            "BakeTimeInMinutes": bake,
            "Alarms": {
                "Enable": True,
                "Rollback": True,
                "AlarmNames": [alarm.alarm_name for alarm in self.alarms],
            },
            # Without it, a deployment whose tasks never become healthy goes on trying:
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-failure-detection.html
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        }
        if hooks and self.hook_role:
            deployment["LifecycleHooks"] = [
                {
                    "HookTargetArn": function.function_arn,
                    "RoleArn": self.hook_role.role_arn,
                    "LifecycleStages": [stage],
                }
                for stage, function in hooks.items()
            ]
        for name, value in deployment.items():
            resource.add_property_override(f"DeploymentConfiguration.{name}", value)
        balancer = self._service.balancer
        resource.add_property_override(
            "LoadBalancers.0.AdvancedConfiguration",
            {
                "AlternateTargetGroupArn": balancer.green.target_group_arn,
                "ProductionListenerRule": _arn(balancer.production_rule),
                "TestListenerRule": _arn(balancer.test_rule),
                "RoleArn": self.role.role_arn,
            },
        )

    def _hook_role(self, naming: Naming, hooks: Mapping[str, lambda_.IFunction]) -> iam.Role:
        return iam.Role(
            self,
            "HookRole",
            role_name=naming.name(Kind.ROLE, "hook-role"),
            assumed_by=iam.ServicePrincipal("ecs.amazonaws.com"),
            inline_policies={
                "Hooks": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["lambda:InvokeFunction"],
                            resources=[function.function_arn for function in hooks.values()],
                        )
                    ]
                )
            },
        )

    @property
    def failure(self) -> FailureEvents:
        """The events of a failed deployment."""
        return FailureEvents(
            source="aws.ecs",
            detail_type="ECS Deployment State Change",
            detail={"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
            told=("eventName", "deploymentId", "reason"),
            resources=(self._service.service.service_arn,),
        )

    def deploy_stage(self, *, name: str, files: str, directory: str, approval: bool = False) -> DeployStage:
        """The pipeline's stage that deploys; it needs no files of its own."""
        del files, directory
        return DeployStage(
            name=name,
            provider="ECS",
            configuration={
                "ClusterName": self._service.cluster.cluster_name,
                "ServiceName": self._service.service.service_name,
                "FileName": IMAGE_DEFINITIONS,
            },
            inputs=(IMAGE_ARTIFACT,),
            statements=self._pipeline_statements(),
            approval=approval,
        )

    def _pipeline_statements(self) -> list[iam.PolicyStatement]:
        cluster, name = self._service.cluster.cluster_name, self._service.service.service_name
        revisions = self._arn("task-definition", f"{self._service.family}:*")
        return [
            iam.PolicyStatement(
                actions=["ecs:DescribeServices", "ecs:UpdateService"],
                resources=[self._arn("service", f"{cluster}/{name}")],
            ),
            # Has no resource type.
            iam.PolicyStatement(actions=["ecs:DescribeTaskDefinition"], resources=["*"]),
            iam.PolicyStatement(actions=["ecs:DescribeTasks"], resources=[self._arn("task", f"{cluster}/*")]),
            iam.PolicyStatement(
                actions=["ecs:ListTasks"], resources=[self._arn("container-instance", f"{cluster}/*")]
            ),
            iam.PolicyStatement(actions=["ecs:RegisterTaskDefinition"], resources=[revisions]),
            # The running task definition has the stack's tags, and the action copies them.
            iam.PolicyStatement(
                actions=["ecs:TagResource"],
                resources=[revisions],
                conditions={"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
            ),
            self._service.pass_task_roles(),
        ]

    def _arn(self, resource: str, name: str) -> str:
        return Stack.of(self).format_arn(
            service="ecs",
            resource=resource,
            resource_name=name,
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )


def _strategy(shift: TrafficShift) -> dict[str, Any]:
    match shift.strategy:
        case Strategy.ALL_AT_ONCE:
            return {"Strategy": "BLUE_GREEN"}
        case Strategy.CANARY:
            return {
                "Strategy": "CANARY",
                "CanaryConfiguration": {
                    "CanaryPercent": shift.percent,
                    "CanaryBakeTimeInMinutes": shift.minutes,
                },
            }
        case Strategy.LINEAR:
            return {
                "Strategy": "LINEAR",
                "LinearConfiguration": {
                    "StepPercent": shift.percent,
                    "StepBakeTimeInMinutes": shift.minutes,
                },
            }


def _balancer_statements(service: BlueGreenService) -> list[iam.PolicyStatement]:
    # What AmazonECSInfrastructureRolePolicyForLoadBalancers allows for every balancer of the account, for
    # this one: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    balancer = service.balancer
    return [
        iam.PolicyStatement(
            # None of these has a resource type.
            actions=[
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            actions=["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
            resources=[balancer.blue.target_group_arn, balancer.green.target_group_arn],
        ),
        iam.PolicyStatement(
            actions=["elasticloadbalancing:ModifyRule"],
            resources=[_arn(balancer.production_rule), _arn(balancer.test_rule)],
        ),
    ]


def _arn(rule: elbv2.CfnListenerRule | None) -> str:
    return cast("elbv2.CfnListenerRule", rule).attr_rule_arn


def _require_bake(minutes: int) -> None:
    if not 0 <= minutes <= _LONGEST_BAKE:
        raise InputError(
            f"both colours can run on for 0 to {_LONGEST_BAKE} minutes",
            where="bake_minutes",
            value=str(minutes),
            remedy="Use 5, or as long as you need to notice a bad release",
        )


def _require_step(shift: TrafficShift) -> None:
    if shift.strategy is Strategy.LINEAR and shift.percent < _SMALLEST_LINEAR_STEP:
        raise InputError(
            f"ECS moves at least {_SMALLEST_LINEAR_STEP} % in each step of a linear shift",
            where="traffic_shift",
            value=str(shift.percent),
            remedy=f"Use TrafficShift.linear(percent={_SMALLEST_LINEAR_STEP}) or more",
        )
