"""Where a service is built and delivered from, as its environments in other stacks know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Aws, Stack, Token
from aws_cdk import aws_iam as iam

from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from constructs import Construct


class DeliveryPlace:
    """The names of what a ``PromotionPipeline`` has, for a stack that only knows where it stands.

    Args:
        scope: Anything in the environment's stack.
        naming: The names of the delivery.
        stack: The stack of the delivery.

    Attributes:
        account: The delivery's account.
        is_elsewhere: Whether that is another account than the environment's.

    Raises:
        InputError: It cannot be told whether the two accounts are the same, or the regions differ.
    """

    def __init__(self, scope: Construct, naming: Naming, stack: Stack) -> None:
        here = Stack.of(scope)
        _require_comparable(here, stack)
        self._stack = here
        self._naming = naming
        self.is_elsewhere = here.account != stack.account
        self.account = stack.account if self.is_elsewhere else Aws.ACCOUNT_ID

    @property
    def repository_name(self) -> str:
        """The repository that holds the images of all environments."""
        return self._naming.name(Kind.IMAGE_REPOSITORY, "images")

    @property
    def repository_arn(self) -> str:
        """Its ARN."""
        return self._arn("ecr", "repository", self.repository_name)

    @property
    def pipeline_role_arn(self) -> str:
        """The role of the pipeline."""
        return self._arn("iam", "role", self._naming.name(Kind.ROLE, "pipeline-role"), region="")

    @property
    def artifact_statements(self) -> list[iam.PolicyStatement]:
        """What a role in another account needs to read the pipeline's artifacts."""
        bucket = self._naming.global_name(Kind.BUCKET, "artifacts", account=self.account)
        return [
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:GetObjectVersion"],
                resources=[f"arn:{Aws.PARTITION}:s3:::{bucket}/*"],
            ),
            iam.PolicyStatement(
                actions=["kms:Decrypt"],
                # A key has no name of its own, and an alias is no resource of kms:Decrypt:
                # https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
                resources=[self._arn("kms", "key", "*")],
                conditions={
                    "ForAnyValue:StringEquals": {"kms:ResourceAliases": artifact_key_alias(self._naming)}
                },
            ),
        ]

    def _arn(self, service: str, resource: str, name: str, *, region: str | None = None) -> str:
        return self._stack.format_arn(
            service=service,
            region=region,
            account=self.account,
            resource=resource,
            resource_name=name,
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )


def artifact_key_alias(naming: Naming) -> str:
    """The alias of the key that encrypts artifacts for other accounts."""
    return f"alias/{naming.name(Kind.KEY_ALIAS, 'artifacts')}"


def of_account(account: str, role_arns: list[str]) -> iam.PrincipalBase:
    """Roles of another account, which need not exist yet.

    A policy that names a role as its principal cannot be made before the role, and each side would wait for
    the other. The account is always there, and the condition lets nobody else of it in.
    """
    return iam.PrincipalWithConditions(
        iam.AccountPrincipal(account), {"ArnEquals": {"aws:PrincipalArn": role_arns}}
    )


def _require_comparable(here: Stack, there: Stack) -> None:
    if Token.is_unresolved(here.account) is not Token.is_unresolved(there.account):
        raise InputError(
            "an environment and its delivery must both say their account, or neither",
            where="env",
            value=f"{here.stack_name}, {there.stack_name}",
            remedy='Give both stacks env={"account": ..., "region": ...}',
        )
    regions = (here.region, there.region)
    if not any(Token.is_unresolved(region) for region in regions) and here.region != there.region:
        raise InputError(
            "a pipeline promotes within its region: an action elsewhere needs a bucket and a key there",
            where="env",
            value=" and ".join(regions),
            remedy="Make a delivery for each region, or deploy the environment to the delivery's",
        )
