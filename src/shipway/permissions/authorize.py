"""One question and AWS's own answer: what the local cloud asks for every call that a service role makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.permissions.decision import Cause, Decision, Verdict
from shipway.permissions.evaluate import evaluate
from shipway.permissions.managed import managed_policy
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, read_policy, unreadable_policy
from shipway.permissions.request import Context, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shipway.permissions.policy import Policy
    from shipway.permissions.principal import Principal


def gather_policies(
    *,
    inline: Mapping[str, Any] | None = None,
    managed: Iterable[str] = (),
    boundary: str | Mapping[str, Any] | None = None,
    resource: Mapping[str, Any] | None = None,
    trust: bool = False,
) -> Policies:
    """The policies of a role and of a resource, ready to be asked many times.

    Args:
        inline: Documents by name: the role's inline policies, and its customer managed ones.
        managed: ARNs of AWS's managed policies. One that Shipway does not know may allow anything.
        boundary: The permissions boundary: an AWS managed policy's ARN or a document.
        resource: Documents by name: the policies of the resource.
        trust: Whether `resource` holds a role's trust policy.
    """
    kind = Attachment.TRUST if trust else Attachment.RESOURCE
    identity = [read_policy(document, name=name) for name, document in (inline or {}).items()]
    identity += [_managed(arn, Attachment.IDENTITY) for arn in managed]
    limits: tuple[Policy, ...] | None = None
    if isinstance(boundary, str):
        limits = (_managed(boundary, Attachment.BOUNDARY),)
    elif boundary is not None:
        limits = (read_policy(boundary, name="boundary", attachment=Attachment.BOUNDARY),)
    on_resource = tuple(
        read_policy(document, name=name, attachment=kind) for name, document in (resource or {}).items()
    )
    return Policies(tuple(identity), limits, on_resource)


def authorize(
    caller: Principal,
    action: str,
    resource: str,
    policies: Policies,
    context: Mapping[str, str | Sequence[str]] | None = None,
    *,
    resource_account: str = "",
) -> Decision:
    """Whether a real call is allowed; `refusal` of the decision gives AWS's message when it is not.

    Args:
        caller: The role with its session, or a service.
        action: Such as ``ecs:UpdateService``.
        resource: ARN, or ``*`` where the action knows no resources.
        policies: The caller's and the resource's.
        context: Condition keys; those not listed are absent.
        resource_account: Owner of the resource where its ARN does not say (S3).
    """
    return evaluate(Request(caller, action, resource, Context.of(context or {}), resource_account), policies)


def refusal(decision: Decision) -> str | None:
    """AWS's message for a denied call; None when the call is allowed, or nobody can tell.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    if decision.verdict is not Verdict.DENY or decision.attachment is None:
        return None
    request, attachment = decision.request, decision.attachment
    # S3 alone puts the ARN in quotes; a refused trust names no resource.
    quoted = f'"{request.resource}"' if request.lowered.startswith("s3:") else request.resource
    on = "" if attachment is Attachment.TRUST else f" on resource: {quoted}"
    if decision.cause is Cause.EXPLICIT_DENY:
        why = f"with an explicit deny in {_EXPLICIT[attachment]}"
    else:
        why = f"because no {attachment.value} allows the {request.action} action"
    return f"User: {request.principal.shown} is not authorized to perform: {request.action}{on} {why}"


_EXPLICIT = {
    Attachment.IDENTITY: "an identity-based policy",
    Attachment.BOUNDARY: "a permissions boundary",
    Attachment.RESOURCE: "a resource-based policy",
    Attachment.TRUST: "the role trust policy",
}


def _managed(arn: str, attachment: Attachment) -> Policy:
    policy = managed_policy(arn, attachment=attachment)
    return policy or unreadable_policy(f"Shipway does not know the managed policy {arn}", arn, attachment)
