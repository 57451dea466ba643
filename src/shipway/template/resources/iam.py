"""AWS::IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.identity import AttachedPolicy, ManagedPolicy, Policy, Role
from shipway.model.value import Many
from shipway.template.resources.policies import parse_document

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _role(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Role:
    policies = cursor.items("Policies")
    return Role(
        **declared,
        trust=parse_document(cursor.child("AssumeRolePolicyDocument")),
        policies=Many.of(
            [
                Policy(
                    location=each.location,
                    name=each.text("PolicyName"),
                    document=parse_document(each.child("PolicyDocument")),
                )
                for each in policies
            ],
            policies.rest,
        ),
        managed_policies=cursor.texts("ManagedPolicyArns"),
        boundary=cursor.text("PermissionsBoundary"),
    )


def _policy(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> AttachedPolicy:
    return AttachedPolicy(
        **declared, document=parse_document(cursor.child("PolicyDocument")), roles=cursor.texts("Roles")
    )


def _managed_policy(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> ManagedPolicy:
    return ManagedPolicy(
        **declared, document=parse_document(cursor.child("PolicyDocument")), roles=cursor.texts("Roles")
    )


PARSERS: dict[str, Parser] = {
    "AWS::IAM::Role": _role,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::ManagedPolicy": _managed_policy,
}
