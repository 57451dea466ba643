"""The registry that holds the service's images."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from aws_cdk import Duration
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam

from constructs import Construct
from shipway.constructs.delivery_place import of_account
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from shipway.constructs.removal import Removal

CACHE_TAG = "cache"
_FEWEST = 2  # the running image and the one to roll back to


class ImageRegistry(Construct):
    """An ECR repository: scanned on push, immutable tags, the last images kept, emptied on delete.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the repository.
        removal: Whether images outlive the stack.
        keep_images: How many images stay (default 10, at least 2: the running one and the one before).

    Attributes:
        repository: The ECR repository.
        uri: Its address, without a tag.

    Raises:
        InputError: Too few images would be kept.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, naming: Naming, removal: Removal, keep_images: int = 10
    ) -> None:
        super().__init__(scope, construct_id)
        if keep_images < _FEWEST:
            raise InputError(
                f"keep_images must be at least {_FEWEST}",
                value=str(keep_images),
                remedy="Keep the running image and the one to roll back to",
            )
        self.repository = ecr.Repository(
            self,
            "Repository",
            repository_name=naming.name(Kind.IMAGE_REPOSITORY, "images"),
            image_scan_on_push=True,
            # The build's layer cache is one tag that every build moves; all others stay what they were.
            image_tag_mutability=ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
            image_tag_mutability_exclusion_filters=[
                ecr.ImageTagMutabilityExclusionFilter.wildcard(CACHE_TAG)
            ],
            lifecycle_rules=[
                ecr.LifecycleRule(
                    rule_priority=1,
                    description="Caches that a newer one replaced",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=Duration.days(1),
                ),
                ecr.LifecycleRule(
                    rule_priority=2,
                    description=f"The last {keep_images} images and the cache",
                    max_image_count=keep_images + 1,
                ),
            ],
            removal_policy=removal.policy,
            empty_on_delete=removal.empties,
        )
        # The CDK's repository_uri takes the ARN apart; CloudFormation simply tells it.
        self.uri = cast("ecr.CfnRepository", self.repository.node.default_child).attr_repository_uri

    def let_pull(self, account: str, role_arn: str) -> None:
        """Let an execution role of another account pull images; it needs not exist yet."""
        self.repository.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[of_account(account, [role_arn])],
                actions=[
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
            )
        )
