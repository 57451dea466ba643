"""Who may do what in a system of templates: the policies of every role and resource, ready to be asked."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from shipway.model.alerts import TopicPolicy
from shipway.model.identity import AttachedPolicy, ManagedPolicy, Role
from shipway.model.node import Relation
from shipway.model.storage import BucketPolicy, ImageRepository, Key
from shipway.model.value import Cause, Unresolved
from shipway.permissions.documents import Documents
from shipway.permissions.evaluate import evaluate
from shipway.permissions.managed import managed_policy, managed_policy_exists
from shipway.permissions.names import Names
from shipway.permissions.policies import Policies
from shipway.permissions.policy import Attachment, unreadable_policy
from shipway.permissions.principal import Principal
from shipway.permissions.symbols import UNTOLD, is_opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.resource import Resource
    from shipway.model.value import Many, Value
    from shipway.permissions.decision import Decision
    from shipway.permissions.policy import Policy, Statement
    from shipway.permissions.request import Request

_AWS_OWNED = ":iam::aws:policy/"
_SERVICE_FIELD = 2
_WITH_POLICIES = frozenset({"s3", "sns", "sqs", "kms", "ecr", "secretsmanager", "lambda", "iam"})
"""Services whose resources have policies of their own, which may name a role."""


@lru_cache(maxsize=2)  # rules ask about one graph at a time, and many graphs must not stay in memory
def access_of(graph: PipelineGraph) -> Access:
    """The access that a graph grants; made once per graph, whoever asks."""
    return Access(graph)


class Granted(NamedTuple):
    """A statement of the templates, where it stands, and the roles that have it."""

    statement: Statement
    location: Location
    roles: tuple[Role, ...]


class Access:
    """Answers for one reading of the templates. Everything is read when it is first asked for."""

    def __init__(self, graph: PipelineGraph) -> None:
        self.graph = graph
        self.names = Names(graph)
        self.documents = Documents(self.names)
        self._roles: dict[Role, Policies] = {}
        self._trusts: dict[Role, Policy] = {}
        self._seen: dict[tuple[Role, int], Policy] = {}

    def principal(self, role: Role) -> Principal:
        """The role as a caller."""
        return Principal.role(self.names.arn(role))

    def policies_of(self, role: Role) -> Policies:
        """The role's identity policies and its boundary."""
        if role not in self._roles:
            self._roles[role] = Policies(tuple(self._identity(role)), self._boundary(role))
        return self._roles[role]

    def trust_of(self, role: Role) -> Policy:
        """The role's trust policy."""
        if role not in self._trusts:
            self._trusts[role] = self.documents.read(
                role.trust, f"trust of {role.logical_id}", Attachment.TRUST
            )
        return self._trusts[role]

    def guarding(self, arn: str) -> tuple[Policy, ...] | None:
        """The policies of the resource that an ARN is of or is in; None when no given template has it."""
        for head in (arn, arn.partition("/")[0] if arn.startswith("arn:aws:s3:::") else arn):
            if head in self._guards:
                return self._guards[head]
        return None

    def decide(self, request: Request, role: Role | None) -> Decision:
        """Whether a call is allowed. `role` is the caller's node, None for a service."""
        own = self.policies_of(role) if role is not None else Policies()
        guards = self.guarding(request.resource)
        if guards is None:
            guards = _unseen_guard(request)
        elif role is not None:
            guards = tuple(self._as_seen_by(role, guard) for guard in guards)
        return evaluate(request, Policies(own.identity, own.boundary, guards))

    def _as_seen_by(self, role: Role, guard: Policy) -> Policy:
        """A resource's policy without the other roles that it names: two roles are never one.

        As strings they might be: nothing tells that the name which CloudFormation makes up for one is not the
        name that the template gives to another.
        """
        key = (role, id(guard))
        if key not in self._seen:
            others = self._role_arns - {self.names.arn(role)}
            statements = tuple(_without(statement, others) for statement in guard.statements)
            self._seen[key] = guard._replace(statements=statements)
        return self._seen[key]

    @cached_property
    def _role_arns(self) -> frozenset[str]:
        return frozenset(self.names.arn(role) for role in self.graph.all(Role))

    def may_be_guarded(self, arn: str) -> bool:
        """Whether somebody else may have opened a resource by its own policy: no given template has it."""
        return self.has_policy(arn) and self.guarding(arn) is None

    @staticmethod
    def has_policy(arn: str) -> bool:
        """Whether what an ARN is of may have a policy of its own; one that cannot be told may."""
        fields = arn.split(":", _SERVICE_FIELD + 1)
        return len(fields) <= _SERVICE_FIELD or fields[_SERVICE_FIELD] in _WITH_POLICIES

    @cached_property
    def grants(self) -> tuple[Granted, ...]:
        """Every statement that the templates attach to roles, once each."""
        found: dict[Statement, Granted] = {}
        for role in self.graph.all(Role):
            for policy in self.policies_of(role).identity:
                self._grant(policy, role, found)
        for each in self._standing_alone:
            self._grant(self.documents.read(each.document, each.logical_id), None, found)
        return tuple(found.values())

    def _grant(self, policy: Policy, role: Role | None, found: dict[Statement, Granted]) -> None:
        for statement in policy.statements:
            place = self.documents.place(statement)
            if place is not None:
                known = found.get(statement)
                roles = (*(known.roles if known else ()), *((role,) if role else ()))
                found[statement] = Granted(statement, place, roles)

    # -- what hangs on a role ----------------------------------------------------------------------

    def _identity(self, role: Role) -> Iterator[Policy]:
        for policy in role.policies:
            yield self.documents.read(policy.document, self.names.show(self.names.of(policy.name, "?")))
        yield from self._rest(role.policies, f"more inline policies of {role.logical_id}")
        attached = dict.fromkeys(self._attached(role))
        for value in role.managed_policies:
            managed = self.graph.find(value, ManagedPolicy)
            if isinstance(managed, ManagedPolicy):
                attached[managed] = None
            else:
                yield from self._by_arn(self.names.of(value, UNTOLD), Attachment.IDENTITY)
        yield from self._rest(role.managed_policies, f"more managed policies of {role.logical_id}")
        for each in attached:
            yield self.documents.read(each.document, each.logical_id)
        for each in self._attached_to_somebody:
            yield unreadable_policy("nobody can tell which roles it is attached to", each.logical_id)

    def _attached(self, role: Role) -> tuple[AttachedPolicy | ManagedPolicy, ...]:
        return (
            *self.graph.users(role, Relation.ATTACHED_TO, AttachedPolicy),
            *self.graph.users(role, Relation.ATTACHED_TO, ManagedPolicy),
        )

    @cached_property
    def _attached_to_somebody(self) -> tuple[AttachedPolicy | ManagedPolicy, ...]:
        """Policies whose list of roles has something in it that cannot be seen."""
        every = self._standing_alone
        return tuple(each for each in every if not each.roles.complete or any(map(self._hidden, each.roles)))

    @property
    def _standing_alone(self) -> tuple[AttachedPolicy | ManagedPolicy, ...]:
        return (*self.graph.all(AttachedPolicy), *self.graph.all(ManagedPolicy))

    def _hidden(self, value: Value[str]) -> bool:
        found = self.graph.find(value, Role)
        return isinstance(found, Unresolved) and found.cause is not Cause.OUTSIDE

    def _boundary(self, role: Role) -> tuple[Policy, ...] | None:
        if role.boundary is None:
            return None
        managed = self.graph.find(role.boundary, ManagedPolicy)
        if isinstance(managed, ManagedPolicy):
            return (self.documents.read(managed.document, managed.logical_id, Attachment.BOUNDARY),)
        return tuple(self._by_arn(self.names.of(role.boundary, UNTOLD), Attachment.BOUNDARY))

    def _by_arn(self, arn: str, attachment: Attachment) -> Iterator[Policy]:
        known = managed_policy(arn, attachment=attachment)
        if known is not None:
            yield known
        elif is_opaque(arn) or _AWS_OWNED not in arn or managed_policy_exists(arn):
            # One that AWS does not have grants nothing; of any other nobody here knows what it grants.
            yield unreadable_policy(
                "its document is in none of the templates", self.names.show(arn), attachment
            )

    @staticmethod
    def _rest(many: Many[object], what: str) -> Iterator[Policy]:
        if many.rest is not None:
            yield unreadable_policy(many.rest.reason, what)

    # -- what hangs on a resource ------------------------------------------------------------------

    @cached_property
    def _guards(self) -> dict[str, tuple[Policy, ...]]:
        """The policies of every resource of the templates, by its ARN; none for one that has no policy."""
        guards: dict[str, list[Policy]] = {self.names.arn(each): [] for each in self.graph.resources}
        for each in self.graph.resources:
            for arn, policy in self._hanging(each):
                guards.setdefault(arn, []).append(policy)
        return {arn: tuple(policies) for arn, policies in guards.items()}

    def _hanging(self, resource: Resource) -> Iterator[tuple[str, Policy]]:
        """What a resource says about itself or about another one."""
        read, kind = self.documents.read, Attachment.RESOURCE
        match resource:
            case Role():
                yield self.names.arn(resource), self.trust_of(resource)
            case Key() | ImageRepository() if resource.policy is not None:
                yield self.names.arn(resource), read(resource.policy, f"of {resource.logical_id}", kind)
            case Key():
                yield self.names.arn(resource), self._default_of_key()
            case BucketPolicy():
                policy = read(resource.document, resource.logical_id, kind)
                yield f"arn:aws:s3:::{self.names.of(resource.bucket)}", policy
            case TopicPolicy():
                policy = read(resource.document, resource.logical_id, kind)
                yield from ((self.names.of(topic), policy) for topic in resource.topics)
            case _ if resource.cfn_type == "AWS::SecretsManager::ResourcePolicy":
                tree = resource.properties.tree("ResourcePolicy")
                policy = self.documents.read_tree(tree, resource.logical_id, kind)
                yield self.names.of(resource.properties.text("SecretId")), policy

    def _default_of_key(self) -> Policy:
        # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": self.names.account},
            "Action": "kms:*",
            "Resource": "*",
        }
        return self.documents.read_tree({"Statement": statement}, "default key policy", Attachment.RESOURCE)


def _unseen_guard(request: Request) -> tuple[Policy, ...]:
    """What may hang on a resource that no template has: a key or a role is closed until somebody opens it."""
    if not request.lowered.startswith(("kms:", "sts:assumerole")):
        return ()
    kind = Attachment.TRUST if request.lowered.startswith("sts:") else Attachment.RESOURCE
    return (unreadable_policy("it is in none of the templates", "of the resource", kind),)


def _without(statement: Statement, others: frozenset[str]) -> Statement:
    named = statement.principal
    if named is None or named.negated or not any(value in others for _, value in named.entries):
        return statement
    left = tuple((kind, value) for kind, value in named.entries if value not in others)
    return replace(statement, principal=named._replace(entries=left))
