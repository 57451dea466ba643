"""What calls only hint at, asked of the cloud itself as its account's root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from shipway.localcloud.clients import Clients


class CloudLookup:
    """Answers from the cloud; blocks, so never on the event loop."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def deployment_group(self, deployment_id: str) -> tuple[str, str] | None:
        """Application and deployment group of a deployment."""
        try:
            found = self._clients.client("codedeploy").get_deployment(deploymentId=deployment_id)
        except ClientError:
            return None
        info: dict[str, Any] = found["deploymentInfo"]
        return info["applicationName"], info["deploymentGroupName"]

    def secret_arn(self, secret_id: str) -> str | None:
        """ARN of a secret."""
        try:
            return str(self._clients.client("secretsmanager").describe_secret(SecretId=secret_id)["ARN"])
        except ClientError:
            return None

    def task_roles(self, task_definition: str) -> tuple[str, ...] | None:
        """ARNs of a task definition's roles."""
        try:
            found = self._clients.client("ecs").describe_task_definition(taskDefinition=task_definition)
        except ClientError:
            return None
        definition: dict[str, Any] = found["taskDefinition"]
        return tuple(definition[name] for name in ("executionRoleArn", "taskRoleArn") if definition.get(name))
