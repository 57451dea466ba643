"""What ECS may do to start a task: as much as the task definition asks for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from constructs import Construct

_BY_NAME = re.compile(r":secret:[\w/+=.@-]+")
_WHOLE = re.compile(r"-[A-Za-z0-9]{6}$")


def start_tasks(
    scope: Construct, repository: ecr.IRepository, log_group: logs.ILogGroup, secrets: Iterable[ecs.Secret]
) -> list[iam.PolicyStatement]:
    """Pull the image, write the log, and read the container's secrets.

    The CDK's grants would let ECS describe and read the history of parameters, too. A secret under a key of
    the account's needs ``key.grant_decrypt(service.execution_role)`` beside this.
    """
    return [
        # Named by no template: the pipeline puts the image in, and the placeholder hides the need for it.
        iam.PolicyStatement(
            actions=["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            resources=[repository.repository_arn],
        ),
        # Has no resource type.
        iam.PolicyStatement(actions=["ecr:GetAuthorizationToken"], resources=["*"]),
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
        ),
        *(_read(Stack.of(scope), secret) for secret in secrets),
    ]


def _read(stack: Stack, secret: ecs.Secret) -> iam.PolicyStatement:
    told = json.dumps(stack.resolve(secret.arn))
    if ":ssm:" in told:
        return iam.PolicyStatement(actions=["ssm:GetParameters"], resources=[secret.arn])
    # A field of a secret stands behind its ARN, as :field:stage:version.
    arn = secret.arn.removesuffix("::").rpartition(":")[0] if secret.has_field else secret.arn
    # Secrets Manager ends each ARN in six characters, which a secret that is known by its name does not tell.
    if _BY_NAME.search(told) and not _WHOLE.search(arn):
        arn += "-??????"
    return iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[arn])
