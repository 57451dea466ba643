"""ECS and the load balancer as CodeDeploy sees them: every call is made in the deployment group's role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.codedeploy import listeners
from shipway.localcloud.services.codedeploy.failures import DeploymentFailedError, ecs_failure, elb_failure
from shipway.localcloud.services.codedeploy.listeners import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shipway.localcloud.services.codedeploy.appspec import AppSpec
    from shipway.localcloud.services.codedeploy.groups import EcsGroup

_FROM_BLUE = (
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "networkConfiguration",
    "serviceRegistries",
)


@dataclass(frozen=True)
class Service:
    """The ECS service at one moment: its ARN and its task sets by id."""

    arn: str
    task_sets: dict[str, dict[str, Any]]

    @property
    def primary(self) -> dict[str, Any]:
        """The task set that serves."""
        for task_set in self.task_sets.values():
            if task_set["status"] == "PRIMARY":
                return task_set
        raise DeploymentFailedError(
            "INVALID_ECS_SERVICE", f"The Amazon ECS service {self.arn} has no primary task set"
        )


class Fleet:
    """What a deployment does to its service and listeners.

    Args:
        group: Names of cluster, service, target groups and listeners.
        client: A client of an API, acting in the group's role.
    """

    def __init__(self, group: EcsGroup, client: Callable[[str], Any]) -> None:
        self._group = group
        self._client = client

    def service(self) -> Service:
        """The service now."""
        try:
            found = self._client("ecs").describe_services(
                cluster=self._group.cluster, services=[self._group.service]
            )["services"]
        except (ClientError, BotoCoreError) as error:
            raise ecs_failure(error, self._group.role_arn) from error
        if not found or found[0]["status"] == "INACTIVE":
            raise DeploymentFailedError(
                "INVALID_ECS_SERVICE",
                f"The Amazon ECS service {self._group.service} was not found or is inactive",
            )
        service = found[0]
        controller = service.get("deploymentController", {}).get("type", "ECS")
        if controller != "CODE_DEPLOY":
            raise DeploymentFailedError(
                "INVALID_ECS_SERVICE",
                "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
            )
        return Service(service["serviceArn"], {each["id"]: each for each in service.get("taskSets", [])})

    def pair(self, primary: dict[str, Any]) -> tuple[Pair, tuple[str, str]]:
        """Blue is the primary task set's target group, green the other of the two; ARNs, then names."""
        try:
            found = self._client("elbv2").describe_target_groups(Names=list(self._group.target_groups))
        except (ClientError, BotoCoreError) as error:
            raise elb_failure(error, self._group.role_arn) from error
        used = {each.get("targetGroupArn") for each in primary.get("loadBalancers", [])}
        groups = {group["TargetGroupArn"]: group["TargetGroupName"] for group in found["TargetGroups"]}
        blue = [arn for arn in groups if arn in used]
        green = [arn for arn in groups if arn not in used]
        if len(blue) != 1 or len(green) != 1:
            raise DeploymentFailedError(
                "INVALID_ECS_SERVICE",
                "The primary task set of the Amazon ECS service must use exactly one of the target groups "
                f"{' and '.join(self._group.target_groups)} of the deployment group",
            )
        return Pair(blue[0], green[0]), (groups[blue[0]], groups[green[0]])

    def create_green(self, spec: AppSpec, primary: dict[str, Any], target_group: str, deployment: str) -> str:
        """Create the replacement task set beside the primary one; its id."""
        inherited = {key: primary[key] for key in _FROM_BLUE if primary.get(key)}
        if "capacityProviderStrategy" in spec.options or "capacityProviderStrategy" in inherited:
            inherited.pop("launchType", None)  # ECS takes one or the other
        balancer = {
            "targetGroupArn": target_group,
            "containerName": spec.container,
            "containerPort": spec.port,
        }
        try:
            made = self._client("ecs").create_task_set(
                cluster=self._group.cluster,
                service=self._group.service,
                taskDefinition=spec.task_definition,
                externalId=deployment,
                loadBalancers=[balancer],
                scale={"value": 100.0, "unit": "PERCENT"},
                **(inherited | dict(spec.options)),
            )
        except (ClientError, BotoCoreError) as error:
            raise ecs_failure(error, self._group.role_arn) from error
        return str(made["taskSet"]["id"])

    def promote(self, task_set: str) -> None:
        """Make a task set the primary one."""
        try:
            self._client("ecs").update_service_primary_task_set(
                cluster=self._group.cluster, service=self._group.service, primaryTaskSet=task_set
            )
        except (ClientError, BotoCoreError) as error:
            raise ecs_failure(error, self._group.role_arn) from error

    def delete(self, task_set: str) -> None:
        """Stop a task set's tasks and forget it."""
        try:
            self._client("ecs").delete_task_set(
                cluster=self._group.cluster, service=self._group.service, taskSet=task_set, force=True
            )
        except (ClientError, BotoCoreError) as error:
            raise ecs_failure(error, self._group.role_arn) from error

    def route(self, listener: str, pair: Pair, green: int) -> None:
        """Give green its percentage wherever a listener, or a rule of it, forwards to the pair."""
        client = self._client("elbv2")
        change = listeners.only if ":listener/net/" in listener else listeners.shifted
        try:
            for actions, modify in self._forwards(client, listener):
                if listeners.target_groups(actions) & {pair.blue, pair.green}:
                    modify(change(actions, pair, green))
        except (ClientError, BotoCoreError) as error:
            raise elb_failure(error, self._group.role_arn) from error

    def require_behind(self, listener: str, groups: set[str]) -> None:
        """Fail, as AWS does, when the listener forwards to none of these target groups."""
        try:
            found = [actions for actions, _ in self._forwards(self._client("elbv2"), listener)]
        except (ClientError, BotoCoreError) as error:
            raise elb_failure(error, self._group.role_arn) from error
        if not any(listeners.target_groups(actions) & groups for actions in found):
            raise DeploymentFailedError(
                "ELASTIC_LOAD_BALANCING_INVALID",
                "The ELB could not be updated due to the following error: Primary taskset target group must "
                f"be behind listener {listener}",
            )

    @staticmethod
    def _forwards(
        client: Any, arn: str
    ) -> Iterator[tuple[list[dict[str, Any]], Callable[[list[dict[str, Any]]], Any]]]:
        """The actions of a listener and of its rules, each with what replaces them."""
        (listener,) = client.describe_listeners(ListenerArns=[arn])["Listeners"]

        def modify_listener(actions: list[dict[str, Any]]) -> Any:
            return client.modify_listener(ListenerArn=arn, DefaultActions=actions)

        yield listener["DefaultActions"], modify_listener
        for rule in client.describe_rules(ListenerArn=arn)["Rules"]:
            if not rule["IsDefault"]:
                yield rule["Actions"], partial(_modify_rule, client, rule["RuleArn"])


def _modify_rule(client: Any, rule: str, actions: list[dict[str, Any]]) -> Any:
    return client.modify_rule(RuleArn=rule, Actions=actions)
