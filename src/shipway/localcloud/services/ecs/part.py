"""What every group of ECS's operations shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shipway.localcloud.kernel import Kernel, Service
from shipway.localcloud.services.ecs.records import Item, Placement
from shipway.localcloud.wire import Caller, Request, ServiceError

if TYPE_CHECKING:
    from shipway.localcloud.services.ecs.announce import Announcer
    from shipway.localcloud.services.ecs.launcher import Launcher
    from shipway.localcloud.services.ecs.records import Cluster
    from shipway.localcloud.services.ecs.state import State

_FARGATE = {"FARGATE", "FARGATE_SPOT"}


class Part(Service):
    """Operations that work on one state."""

    def __init__(self, kernel: Kernel, state: State, announcer: Announcer, launcher: Launcher) -> None:
        super().__init__(kernel)
        self.state = state
        self.announcer = announcer
        self.launcher = launcher

    def placement(self, request: Request, cluster: Cluster, definition: Item, caller: Caller) -> Placement:
        """How tasks are to run, checked as AWS checks it.

        Raises:
            ServiceError: Not Fargate, or no usable network.
        """
        strategy = tuple(request.get("capacityProviderStrategy", []))
        launch_type = request.get("launchType")
        if not launch_type and not strategy:
            strategy = tuple(cluster.default_strategy)
        providers = {item["capacityProvider"] for item in strategy}
        if not (providers <= _FARGATE if strategy else launch_type == "FARGATE"):
            raise ServiceError(
                "UnsupportedFeatureException",
                "Shipway's local cloud runs Fargate tasks only, not "
                + (launch_type or ", ".join(sorted(providers)) or "EC2"),
            )
        network = request.get("networkConfiguration", {})
        if not network.get("awsvpcConfiguration", {}).get("subnets"):
            raise ServiceError(
                "InvalidParameterException",
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )
        if "FARGATE" not in definition["compatibilities"]:
            raise ServiceError(
                "InvalidParameterException",
                "Task definition does not support launch_type FARGATE.",
            )
        placement = Placement(
            launch_type=None if strategy else "FARGATE",
            capacity_strategy=strategy,
            platform_version=request.get("platformVersion", "LATEST"),
            network={
                "awsvpcConfiguration": {
                    "securityGroups": [],
                    "assignPublicIp": "DISABLED",
                    **network["awsvpcConfiguration"],
                }
            },
            load_balancers=tuple(request.get("loadBalancers", [])),
        )
        self._check_subnets(placement.subnets, caller)
        return placement

    def check_load_balancers(
        self, load_balancers: tuple[Item, ...], definition: Item, *, associated: bool
    ) -> None:
        """Check that containers, ports and target groups fit together, with AWS's sentences.

        Args:
            load_balancers: As in CreateService.
            definition: The task definition.
            associated: Whether each group must stand behind a listener already.
        """
        containers = {each["name"]: each for each in definition["containerDefinitions"]}
        for entry in load_balancers:
            name, port = entry.get("containerName", ""), entry.get("containerPort")
            if name not in containers:
                raise _invalid(f"The container {name} does not exist in the task definition.")
            if port not in {each["containerPort"] for each in containers[name]["portMappings"]}:
                raise _invalid(f"The container {name} did not have a container port {port} defined.")
            self._check_target_group(entry.get("targetGroupArn", ""), associated=associated)

    def _check_target_group(self, arn: str, *, associated: bool) -> None:
        client = self.kernel.clients.client("elbv2")
        try:
            group = client.describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0]
        except ClientError as error:
            raise _invalid(
                f"Unable to assume role and validate the specified targetGroupArn {arn}."
            ) from error
        if group["TargetType"] != "ip":
            raise _invalid(
                f"The provided target group {arn} has target type {group['TargetType']}, which is "
                "incompatible with the awsvpc network mode specified in the task definition."
            )
        if associated and not group["LoadBalancerArns"]:
            raise _invalid(
                f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            )

    def _check_subnets(self, subnets: list[str], caller: Caller) -> None:
        if caller.account != self.kernel.account:
            raise _invalid(f"tasks run in account {self.kernel.account} only, not in {caller.account}")
        try:
            self.kernel.clients.client("ec2").describe_subnets(SubnetIds=subnets)
        except ClientError as error:
            raise _invalid(
                f"Error retrieving subnet information for {subnets}: {error.response['Error']['Message']} "
                f"(ErrorCode: {error.response['Error']['Code']})"
            ) from error


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)
