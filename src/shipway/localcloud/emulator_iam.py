"""Seams of ministack's IAM: the documents that hang on a role, and on a resource.

Held, like all seams, by `tests/localcloud/test_emulator.py` and what tests of authorisation rest on.
"""

from __future__ import annotations

import contextvars
import json
from typing import NamedTuple


class RoleDocuments(NamedTuple):
    """What hangs on a role, each document as JSON text."""

    arn: str
    inline: tuple[tuple[str, str], ...]
    """Name and document."""
    managed: tuple[tuple[str, str | None], ...]
    """ARN and document; None for one that only AWS has."""
    boundary: tuple[str, str | None] | None
    trust: str


def role_documents(account: str, name: str) -> RoleDocuments | None:
    """The documents of a role; None when there is no such role."""
    from ministack.services import iam  # noqa: PLC0415 - ministack reads os.environ on import

    role = iam._roles.get_scoped(account, None, name)  # noqa: SLF001 - seam
    if role is None:
        return None

    def managed(arn: str) -> tuple[str, str | None]:
        own = iam._policies.get_scoped(account, None, arn)  # noqa: SLF001 - seam
        version = own["Versions"][own["DefaultVersionId"]] if own else None
        return arn, _text(version["Document"]) if version else None

    boundary = role.get("PermissionsBoundary")
    return RoleDocuments(
        str(role["Arn"]),
        tuple((name, _text(document)) for name, document in (role.get("InlinePolicies") or {}).items()),
        tuple(managed(arn) for arn in role.get("AttachedPolicies") or ()),
        managed(boundary) if boundary else None,
        _text(role.get("AssumeRolePolicyDocument") or {}),
    )


def resource_document(service: str, arn: str, account: str, region: str) -> str | None:
    """The policy of a resource as JSON text; empty when it has none, None when there is no such resource."""
    from ministack.core import iam_evaluator  # noqa: PLC0415
    from ministack.core.responses import request_scope  # noqa: PLC0415

    def ask() -> str | None:
        with request_scope(account, region):
            found = iam_evaluator._resource_policy(service, arn)  # noqa: SLF001 - seam
        return None if found is None else _text(found[0])

    return contextvars.copy_context().run(ask)


def _text(document: object) -> str:
    return document if isinstance(document, str) else json.dumps(document)
