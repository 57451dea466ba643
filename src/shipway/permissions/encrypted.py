"""Grants on encrypted resources: whoever may publish, send, put or read must also be let use the key.

https://docs.aws.amazon.com/kms/latest/developerguide/services-integrations.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.calls.call import Scene
from shipway.permissions.decision import Verdict
from shipway.permissions.policy import Effect
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import SOME_TEXT
from shipway.permissions.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Role
    from shipway.model.resource import Resource
    from shipway.permissions.access import Granted
    from shipway.permissions.decision import Decision
    from shipway.permissions.needs import Needs

_READ = ("kms:Decrypt",)
_WRITE = ("kms:GenerateDataKey",)
_BOTH = (*_WRITE, *_READ)


class _Encrypted(NamedTuple):
    """A type whose resources may be under a customer key."""

    service: str
    key: tuple[str | int, ...]
    inside: str
    """What follows the resource's ARN in that of the calls; empty where it is the same."""
    calls: dict[str, tuple[str, ...]]
    """An action, and what it does with the key in the caller's name."""


_TYPES = {
    "AWS::SNS::Topic": _Encrypted("sns", ("KmsMasterKeyId",), "", {"sns:Publish": _BOTH}),
    "AWS::SQS::Queue": _Encrypted(
        "sqs", ("KmsMasterKeyId",), "", {"sqs:SendMessage": _BOTH, "sqs:ReceiveMessage": _READ}
    ),
    "AWS::Kinesis::Stream": _Encrypted(
        "kinesis",
        ("StreamEncryption", "KeyId"),
        "",
        {"kinesis:PutRecord": _WRITE, "kinesis:PutRecords": _WRITE, "kinesis:GetRecords": _READ},
    ),
    "AWS::SecretsManager::Secret": _Encrypted(
        "secretsmanager",
        ("KmsKeyId",),
        "",
        {"secretsmanager:GetSecretValue": _READ, "secretsmanager:PutSecretValue": _BOTH},
    ),
    "AWS::S3::Bucket": _Encrypted(
        "s3",
        (
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
            0,
            "ServerSideEncryptionByDefault",
            "KMSMasterKeyID",
        ),
        f"/{SOME_TEXT}",
        {"s3:PutObject": _WRITE, "s3:GetObject": _READ},
    ),
}


class KeyGap(NamedTuple):
    """A role may make a call on a resource, and may not use the key that the call uses in its name."""

    granted: Granted
    role: Role
    action: str
    resource: Resource
    key: str
    key_actions: tuple[str, ...]
    decision: Decision


def key_gaps(graph: PipelineGraph, needs: Needs) -> Iterator[KeyGap]:
    """The gaps of every grant that names an encrypted resource; what is foreseen as a need is left out."""
    access = needs.access
    scene = Scene(graph, access.names)
    foreseen = {(need.role, need.resource) for need in needs.all if need.action.startswith("kms:")}
    for resource in graph.resources:
        kind = _TYPES.get(resource.cfn_type)
        key = scene.key(resource.properties.text(*kind.key)) if kind else None
        if kind is None or key is None:
            continue
        where = access.names.arn(resource) + kind.inside
        for granted in access.grants:
            for role in granted.roles:
                if (role, key) not in foreseen:
                    yield from _gaps(granted, role, resource, where, key, kind, needs)


def _gaps(  # noqa: PLR0917 - one gap is told by as many things
    granted: Granted, role: Role, resource: Resource, where: str, key: str, kind: _Encrypted, needs: Needs
) -> Iterator[KeyGap]:
    statement = granted.statement
    if statement.effect is not Effect.ALLOW or statement.action is None or statement.resource is None:
        return
    # Who may do it with everything need not do it with this.
    if any(not text.strip("*") for text in statement.resource.texts):
        return
    access = needs.access
    context = Context.of(
        {"kms:ViaService": f"{kind.service}.{access.names.region}.amazonaws.com"}, complete=False
    )
    caller = access.principal(role)
    for action, key_actions in kind.calls.items():
        call = Request(caller, action, where)
        if min(statement.action.covers(call), statement.resource.covers(call)) is not Truth.YES:
            continue
        decisions = [access.decide(Request(caller, each, key, context), role) for each in key_actions]
        denied = [each for each in decisions if each.verdict is Verdict.DENY]
        if denied:
            missing = tuple(each.request.action for each in denied)
            yield KeyGap(granted, role, action, resource, key, missing, denied[0])
            return
