"""What becomes of data when its stack is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from aws_cdk import CfnResource, RemovalPolicy

if TYPE_CHECKING:
    from collections.abc import Collection

    from constructs import IConstruct
    from shipway.model.naming import Naming


@dataclass(frozen=True)
class Removal:
    """Everything goes with the stack, or data stays on purpose.

    Args:
        protected: Whether repositories, images, artifacts and logs outlive the stack.
    """

    protected: bool

    @classmethod
    def for_environment(cls, naming: Naming, *, protected_environments: Collection[str] = ()) -> Removal:
        """Protect the environment if its suffix is among ``protected_environments``; none is by default."""
        return cls(protected=naming.environment_suffix in protected_environments)

    @property
    def policy(self) -> RemovalPolicy:
        """RETAIN in a protected environment, else DESTROY."""
        return RemovalPolicy.RETAIN if self.protected else RemovalPolicy.DESTROY

    def allow(self, construct: IConstruct, finding: str) -> None:
        """In a protected environment, tell ``shipway check`` that what it finds here is meant."""
        if self.protected:
            allowance = {
                "rule": finding,
                "reason": "A protected environment keeps its data",
            }
            cast("CfnResource", construct.node.default_child).add_metadata("shipway", {"allow": [allowance]})

    @property
    def empties(self) -> bool:
        """Whether buckets and image repositories are emptied first: AWS refuses to delete a full one."""
        return not self.protected
