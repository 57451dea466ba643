"""The policies that are deployed right now, read into what the evaluator asks."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shipway.permissions.managed import managed_policy
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, read_policy, unreadable_policy

if TYPE_CHECKING:
    from shipway.localcloud.emulator_iam import RoleDocuments
    from shipway.permissions.policy import Policy


@lru_cache(maxsize=256)
def identity_of(role: RoleDocuments) -> Policies:
    """The identity policies and the boundary of a role, read once for the same documents."""
    identity = (
        *(read_policy(document, name=name) for name, document in role.inline),
        *(_managed(*each, Attachment.IDENTITY) for each in role.managed),
    )
    boundary = None if role.boundary is None else (_managed(*role.boundary, Attachment.BOUNDARY),)
    return Policies(identity, boundary)


@lru_cache(maxsize=256)
def guard_of(document: str | None, attachment: Attachment) -> tuple[Policy, ...]:
    """The policy of a resource; nothing for an empty document, and one that may say anything for None."""
    if document is None:
        return (unreadable_policy("nobody can see it", "of the resource", attachment),)
    return (read_policy(document, name="of the resource", attachment=attachment),) if document else ()


def _managed(arn: str, document: str | None, attachment: Attachment) -> Policy:
    if document is not None:
        return read_policy(document, name=arn, attachment=attachment)
    known = managed_policy(arn, attachment=attachment)
    return known or unreadable_policy(f"Shipway does not know the managed policy {arn}", arn, attachment)
