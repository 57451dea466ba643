"""What every role of a system will call, each call with its source and the answer of the policies."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from shipway.permissions.access import access_of
from shipway.permissions.calls import builds, deploys, events, functions, pipelines, releases, sources, tasks
from shipway.permissions.calls.call import Scene
from shipway.permissions.decision import Verdict
from shipway.permissions.needs_table import Impact, needs_table
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Role
    from shipway.model.node import Node
    from shipway.permissions.access import Access
    from shipway.permissions.calls.call import Call
    from shipway.permissions.decision import Decision
    from shipway.permissions.names import Names
    from shipway.permissions.needs_table import NeedEntry

_NARROWING = ("iam:PassedToService", "ecs:CreateAction", "ec2:AuthorizedService", "ec2:Subnet")
_MODULES = (pipelines, sources, deploys, builds, releases, tasks, events, functions)


class Need:
    """One call that somebody will make."""

    def __init__(self, call: Call, action: str, resource: str, access: Access) -> None:
        self.entry: NeedEntry = needs_table()[call.entry]
        self.role: Role = call.role
        """Who makes it; for a trust, the role that is assumed."""
        self.service = call.service
        """The service that assumes the role; empty for a call that the role itself makes."""
        self.action = action
        self.resource = resource
        """Symbolic ARN; ``names.show`` makes it legible."""
        self.cause: Node = call.cause
        """The part of the pipeline that makes the call."""
        self._access = access
        region = access.names.region
        self.context = {
            # AWS's services call each other over TLS.
            "aws:SecureTransport": "true",
            **{key: value.replace("${Region}", region) for key, value in self.entry.context.items()},
            **call.context,
        }

    @property
    def names(self) -> Names:
        """What its symbolic strings stand for."""
        return self._access.names

    @cached_property
    def decision(self) -> Decision:
        """What the policies say of it."""
        return self.decided(self._access)

    def decided(self, access: Access) -> Decision:
        """What the policies of another system say of it."""
        return self._decide(access, self.resource)

    def elsewhere(self, resource: str) -> Decision:
        """What the policies say of the same call on another resource."""
        return self._decide(self._access, resource)

    def _decide(self, access: Access, resource: str) -> Decision:
        role = None if self.service else self.role
        request = self._request(access, resource)
        return access.decide(request, role)

    def _request(self, access: Access, resource: str) -> Request:
        caller = Principal(service=self.service) if self.service else access.principal(self.role)
        # Only who has a policy of its own can let in another account: anything else is in the caller's.
        owner = "" if access.has_policy(resource) else caller.account
        return Request(caller, self.action, resource, Context.of(self.context, complete=False), owner)

    @cached_property
    def request(self) -> Request:
        """The call as IAM sees it."""
        return self._request(self._access, self.resource)

    @property
    def verdict(self) -> Verdict:
        """Allow, deny or unknown."""
        return self.decision.verdict

    @property
    def narrowing(self) -> dict[str, str]:
        """The condition keys with which a grant is narrower and the call still allowed."""
        return {key: value for key, value in self.context.items() if key in _NARROWING}

    @property
    def reported(self) -> bool:
        """Whether its absence is worth a word."""
        return self.entry.impact is not Impact.OPTIONAL


class Needs:
    """The needs of one graph."""

    def __init__(self, graph: PipelineGraph) -> None:
        self.access = access_of(graph)
        scene = Scene(graph, self.access.names)
        self.all: tuple[Need, ...] = tuple(self._unique(scene))

    def _unique(self, scene: Scene) -> Iterator[Need]:
        """Each call of each role once, though several parts may make it."""
        seen: set[tuple[str, Role, str, str, str]] = set()
        for module in _MODULES:
            for call in module.calls(scene):
                for need in self._of(call):
                    key = (need.entry.id, need.role, need.service, need.action, need.resource)
                    if key not in seen:
                        seen.add(key)
                        yield need

    def _of(self, call: Call) -> Iterator[Need]:
        actions = call.actions or needs_table()[call.entry].actions
        for resource in call.resources:
            needs = [Need(call, action, resource, self.access) for action in actions]
            if call.either:
                # Whichever is allowed may be the one that is called.
                needs = [min(needs, key=lambda need: need.verdict is Verdict.DENY)]
            yield from needs

    @cached_property
    def by_role(self) -> dict[Role, tuple[Need, ...]]:
        """The needs of each role that makes or serves a call."""
        found: dict[Role, list[Need]] = {}
        for need in self.all:
            found.setdefault(need.role, []).append(need)
        return {role: tuple(needs) for role, needs in found.items()}


@lru_cache(maxsize=2)  # see `access_of`
def needs_of(graph: PipelineGraph) -> Needs:
    """The needs of a graph; derived once, whoever asks."""
    return Needs(graph)
