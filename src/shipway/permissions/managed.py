"""AWS's managed policies by ARN: the documents of those that pipelines attach, the names of all."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shipway.permissions.datafiles import read_data, read_lines
from shipway.permissions.policy import Attachment, read_policy

if TYPE_CHECKING:
    from shipway.permissions.policy import Policy


@lru_cache(maxsize=128)
def managed_policy(arn: str, *, attachment: Attachment = Attachment.IDENTITY) -> Policy | None:
    """The policy of this ARN in any partition; None when Shipway does not have its document."""
    document = read_data("managed-policies").get(_in_main_partition(arn))
    return read_policy(document, name=arn, attachment=attachment) if document else None


def managed_policy_exists(arn: str) -> bool:
    """Whether AWS has a managed policy of this ARN (people invent them: ``AWSCodePipelineFullAccess``)."""
    return _in_main_partition(arn) in read_lines("managed-policy-arns")


def managed_policies_named(name: str) -> tuple[str, ...]:
    """ARNs of the managed policies of this name, in whatever path: the remedy for a wrong path."""
    return tuple(sorted(arn for arn in read_lines("managed-policy-arns") if arn.rpartition("/")[2] == name))


def _in_main_partition(arn: str) -> str:
    prefix, separator, rest = arn.partition(":iam:")
    return f"arn:aws{separator}{rest}" if prefix.startswith("arn:") else arn
