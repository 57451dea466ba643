"""IAM: roles, policies, and the statements in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from shipway.model.node import Names, Node, Record, Relation
from shipway.model.resource import Resource
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class Statement(Node):
    """One statement of a policy document."""

    label: ClassVar[str] = "statement"

    sid: Value[str] | None
    effect: Value[str] | None
    actions: Many[Value[str]]
    """As written, ``*`` and all."""
    not_actions: Many[Value[str]]
    resources: Many[Value[str]]
    not_resources: Many[Value[str]]
    principals: Mapping[str, Many[Value[str]]]
    """``AWS``, ``Service``, ``Federated`` or ``CanonicalUser`` -> who; ``"*"`` alone stands under ``AWS``."""
    conditions: Mapping[str, Any]
    """The Condition element, resolved: operator -> key -> list of values."""

    @property
    def allows(self) -> bool:
        """Whether the effect is known to be Allow."""
        return known(self.effect) == "Allow"

    @property
    def services(self) -> frozenset[str]:
        """The service principals that are known, e.g. ``codebuild.amazonaws.com``."""
        return frozenset(known(each) or "" for each in self.principals.get("Service", ())) - {""}


class PolicyDocument(Record):
    """A policy, wherever it hangs."""

    location: Location
    statements: Many[Statement]
    tree: Any
    """The whole document, resolved: plain data whose leaves are ``Value``."""


class Policy(Node):
    """A named policy inside a role."""

    label: ClassVar[str] = "inline policy"

    name: Value[str] | None
    document: PolicyDocument

    def children(self) -> Iterable[Node]:
        """The statements."""
        return self.document.statements


class Role(Resource):
    """AWS::IAM::Role."""

    type_name: ClassVar[str] = "AWS::IAM::Role"
    label: ClassVar[str] = "role"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("managed_policies", Relation.GUARDED_BY, ("ManagedPolicy",), ("ManagedPolicyArns",)),
    )

    trust: PolicyDocument
    policies: Many[Policy]
    managed_policies: Many[Value[str]]
    """ARNs, AWS's and the customer's own."""
    boundary: Value[str] | None = None

    def children(self) -> Iterable[Node]:
        """The statements of its trust policy, and the inline policies."""
        yield from self.trust.statements
        yield from self.policies


class AttachedPolicy(Resource):
    """AWS::IAM::Policy: an inline policy that is a resource of its own."""

    type_name: ClassVar[str] = "AWS::IAM::Policy"
    label: ClassVar[str] = "policy"
    names: ClassVar[tuple[Names, ...]] = (Names("roles", Relation.ATTACHED_TO, ("Role",), ("Roles",)),)

    document: PolicyDocument
    roles: Many[Value[str]]

    def children(self) -> Iterable[Node]:
        """The statements."""
        return self.document.statements


class ManagedPolicy(Resource):
    """AWS::IAM::ManagedPolicy."""

    type_name: ClassVar[str] = "AWS::IAM::ManagedPolicy"
    label: ClassVar[str] = "managed policy"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (Names("roles", Relation.ATTACHED_TO, ("Role",), ("Roles",)),)

    document: PolicyDocument
    roles: Many[Value[str]]

    def children(self) -> Iterable[Node]:
        """The statements."""
        return self.document.statements
