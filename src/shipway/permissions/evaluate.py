"""Allow, deny or unknown: AWS's evaluation logic over policies that may leave values open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Service control, resource control, session and endpoint policies are not in a template and not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.decision import Cause, Decision, Verdict
from shipway.permissions.policy import Attachment, Statement
from shipway.permissions.principal import Grant, same_account
from shipway.permissions.truth import Truth, all_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.permissions.policies import Layer, Policies
    from shipway.permissions.request import Request

_NOTHING = Grant(Truth.NO)


class _Tally(NamedTuple):
    """The best answer among some statements, and which gave it."""

    truth: Truth
    by: Statement | None = None


_NONE = _Tally(Truth.NO)


class _Voices(NamedTuple):
    """What each kind of policy says of a call."""

    identity: _Tally
    boundary: _Tally
    named: _Tally
    """The resource's policy names the caller."""
    delegated: _Tally
    """The resource's policy names the caller's account."""


def evaluate(request: Request, policies: Policies) -> Decision:
    """Whether the call is allowed, and why. Never raises; what cannot be told is UNKNOWN."""
    denied = _denied(request, policies)
    if denied.truth is Truth.YES and denied.by is not None:
        return Decision(
            Verdict.DENY, Cause.EXPLICIT_DENY, request, policies, denied.by.attachment, (denied.by,)
        )
    voices = _voices(request, policies)
    allowed, lacking = _allowed(request, voices)
    if allowed is Truth.NO:
        return Decision(Verdict.DENY, Cause.NOT_ALLOWED, request, policies, lacking)
    if allowed is Truth.YES and denied.truth is Truth.NO:
        by = _speakers(voices, Truth.YES)
        return Decision(Verdict.ALLOW, Cause.ALLOWED, request, policies, by[0].attachment, by)
    by = (denied.by,) if denied.by is not None else _speakers(voices, Truth.UNKNOWN)
    return Decision(Verdict.UNKNOWN, Cause.UNDETERMINED, request, policies, None, by)


def reaches(statement: Statement, request: Request) -> Grant:
    """Whether the statement is about this call, by naming the caller or the caller's account."""
    action = statement.action.covers(request) if statement.action else Truth.UNKNOWN
    if action is Truth.NO:
        return _NOTHING
    resource = statement.resource.covers(request) if statement.resource else Truth.YES
    if resource is Truth.NO:
        return _NOTHING
    who = _who(statement, request)
    if who is _NOTHING:
        return who
    met = all_of(condition.fulfilled(request) for condition in statement.conditions)
    certain = min(action, resource, met, Truth.UNKNOWN if statement.problems else Truth.YES)
    return Grant(min(who.direct, certain), min(who.delegated, certain))


def _who(statement: Statement, request: Request) -> Grant:
    if statement.attachment.on_principal:
        return Grant(Truth.YES)
    if statement.principal is None:
        return Grant(Truth.UNKNOWN, Truth.UNKNOWN)
    named = statement.principal.names(request.principal)
    return named if named.either is not Truth.NO else _NOTHING


def _denied(request: Request, policies: Policies) -> _Tally:
    layers = (policies.identity_layer, policies.boundary_layer, policies.resource_layer)
    return _best((one, reaches(one, request).either) for layer in layers if layer for one in layer.denies)


def _best(answers: Iterable[tuple[Statement, Truth]]) -> _Tally:
    best = _NONE
    for statement, truth in answers:
        if truth > best.truth:
            best = _Tally(truth, statement)
            if truth is Truth.YES:
                break
    return best


def _voices(request: Request, policies: Policies) -> _Voices:
    identity = _direct(policies.identity_layer, request)
    if policies.boundary_layer is None:
        boundary = _Tally(Truth.YES)
    else:
        boundary = _direct(policies.boundary_layer, request)
    grants = [(one, reaches(one, request)) for one in policies.resource_layer.allows]
    return _Voices(
        identity,
        boundary,
        _best((one, grant.direct) for one, grant in grants),
        _best((one, grant.delegated) for one, grant in grants),
    )


def _direct(layer: Layer, request: Request) -> _Tally:
    return _best((one, reaches(one, request).direct) for one in layer.allows)


def _allowed(request: Request, voices: _Voices) -> tuple[Truth, Attachment]:
    """Whether something allows the call, and the kind of policy that lacks the permission if not."""
    if request.principal.service:
        return voices.named.truth, _on_resource(request)
    own = min(voices.identity.truth, voices.boundary.truth)
    # Named by its ARN in the resource's policy, a role stays within its boundary.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    named = min(voices.named.truth, voices.boundary.truth)
    through_account = min(own, max(voices.delegated.truth, named))
    here = max(named, through_account) if _needs_resource_policy(request) else max(named, own)
    match same_account(request.owner, request.principal.account):
        case Truth.YES:
            allowed = here
        case Truth.NO:
            allowed = through_account
        case _:
            allowed = here if here is through_account else Truth.UNKNOWN
    return allowed, _lacking(request, voices)


def _needs_resource_policy(request: Request) -> bool:
    """A key and a role are closed until their own policy opens them, even within the account.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    return request.lowered.startswith(("kms:", "sts:assumerole"))


def _lacking(request: Request, voices: _Voices) -> Attachment:
    resource_speaks = max(voices.named.truth, voices.delegated.truth) is not Truth.NO
    foreign = same_account(request.owner, request.principal.account) is not Truth.YES
    if voices.identity.truth is Truth.NO and (resource_speaks or not _needs_resource_policy(request)):
        return Attachment.IDENTITY
    if voices.boundary.truth is Truth.NO:
        return Attachment.BOUNDARY
    if not resource_speaks and (foreign or _needs_resource_policy(request)):
        return _on_resource(request)
    return Attachment.IDENTITY


def _on_resource(request: Request) -> Attachment:
    return Attachment.TRUST if request.lowered.startswith("sts:assumerole") else Attachment.RESOURCE


def _speakers(voices: _Voices, truth: Truth) -> tuple[Statement, ...]:
    """The statements behind an answer, each once."""
    tallies = (voices.identity, voices.named, voices.delegated, voices.boundary)
    return tuple(dict.fromkeys(one.by for one in tallies if one.by is not None and one.truth is truth))
