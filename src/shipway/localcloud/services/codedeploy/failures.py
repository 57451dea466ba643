"""How a deployment ends other than well, with the codes and sentences that AWS shows.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-ecs.html
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})


class DeploymentFailedError(Exception):
    """The deployment fails.

    Args:
        code: AWS's ``ErrorCode``.
        message: AWS's sentence where it is known.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class DeploymentStoppedError(DeploymentFailedError):
    """The deployment stops: by request, by an alarm, or because nobody continued it.

    Args:
        reason: The event of the rollback configuration that it stands for.
    """

    def __init__(self, code: str, message: str, reason: str) -> None:
        super().__init__(code, message)
        self.reason = reason


def unassumable(role_arn: str) -> DeploymentFailedError:
    """The service role cannot be assumed."""
    return DeploymentFailedError(
        "IAM_ROLE_PERMISSIONS",
        f"AWS CodeDeploy does not have the permissions required to assume the role {role_arn}.",
    )


def denied(role_arn: str, service: str) -> DeploymentFailedError:
    """The service role lacks a permission."""
    return DeploymentFailedError(
        "IAM_ROLE_PERMISSIONS",
        f"The IAM role {role_arn} does not give you permission to perform operations in the following AWS "
        f"service: {service}. Contact your AWS administrator if you need help. If you are an AWS "
        "administrator, you can grant permissions to your users or groups by creating IAM policies.",
    )


def is_denied(error: ClientError | BotoCoreError) -> bool:
    """Whether a call was refused for want of a permission."""
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _DENIED


def ecs_failure(error: ClientError | BotoCoreError, role_arn: str) -> DeploymentFailedError:
    """A call to ECS that was refused."""
    if is_assume_role(error):
        return unassumable(role_arn)
    if is_denied(error):
        return denied(role_arn, "AmazonECS")
    return DeploymentFailedError(
        "ECS_UPDATE_ERROR",
        f"The ECS service cannot be updated due to an unexpected error: {describe(error, 'AmazonECS')}. "
        "Check your ECS service status.",
    )


def elb_failure(error: ClientError | BotoCoreError, role_arn: str) -> DeploymentFailedError:
    """A call to the load balancer that was refused."""
    if is_assume_role(error):
        return unassumable(role_arn)
    if is_denied(error):
        return denied(role_arn, "AmazonElasticLoadBalancing")
    return DeploymentFailedError(
        "ELASTIC_LOAD_BALANCING_INVALID",
        "The ELB could not be updated due to the following error: "
        f"{describe(error, 'AmazonElasticLoadBalancing')}",
    )


def is_assume_role(error: ClientError | BotoCoreError) -> bool:
    """Whether what failed was the assumption of the role."""
    return isinstance(error, ClientError) and error.operation_name == "AssumeRole"


def describe(error: ClientError | BotoCoreError, service: str) -> str:
    """The error as AWS's own SDK would put it."""
    if not isinstance(error, ClientError):
        return str(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    return f"{message} (Service: {service}; Status Code: {status}; Error Code: {code})"
