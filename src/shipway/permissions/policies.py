"""All policies that bear on one call, sorted so that each is asked only what it can answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.policy import Attachment, Effect, Policy, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable


class Layer(NamedTuple):
    """The statements of one kind of policy. One that may be either effect is in both."""

    allows: tuple[Statement, ...]
    denies: tuple[Statement, ...]

    @staticmethod
    def of(policies: Iterable[Policy]) -> Layer:
        """The layer of these policies' statements."""
        statements = [statement for policy in policies for statement in policy.statements]
        return Layer(
            tuple(one for one in statements if one.effect is not Effect.DENY),
            tuple(one for one in statements if one.effect is not Effect.ALLOW),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Policies:
    """The caller's policies and those of the resource.

    Args:
        identity: Inline and managed policies of the role.
        boundary: Its permissions boundary; None when it has none (an empty one allows nothing).
        resource: Policies of the resource: of a bucket, topic, key, repository or secret, or a role's trust
            policy.
    """

    identity: tuple[Policy, ...] = ()
    boundary: tuple[Policy, ...] | None = None
    resource: tuple[Policy, ...] = ()
    identity_layer: Layer = field(init=False, repr=False)
    boundary_layer: Layer | None = field(init=False, repr=False)
    resource_layer: Layer = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity_layer", Layer.of(self.identity))
        boundary = None if self.boundary is None else Layer.of(self.boundary)
        object.__setattr__(self, "boundary_layer", boundary)
        object.__setattr__(self, "resource_layer", Layer.of(self.resource))

    def allowing(self, attachment: Attachment | None) -> tuple[Statement, ...]:
        """The statements of one kind of policy that may allow."""
        if attachment is Attachment.BOUNDARY:
            return self.boundary_layer.allows if self.boundary_layer else ()
        layer = self.identity_layer if attachment is Attachment.IDENTITY else self.resource_layer
        return layer.allows
