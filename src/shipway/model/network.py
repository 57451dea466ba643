"""Security groups, as far as they decide whether a balancer reaches a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Relation
from shipway.model.resource import Resource
from shipway.model.value import Unresolved, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.value import Many, Value


class PortRule(Node):
    """A rule of a security group: who may send to which ports, or which are reached."""

    label: ClassVar[str] = "security group rule"
    names: ClassVar[tuple[Names, ...]] = (
        Names("peer", Relation.GUARDED_BY, ("SecurityGroup",), ("SourceSecurityGroupId",)),
    )

    inbound: bool
    protocol: Value[str] | None
    """tcp, udp, ..., or -1 for all."""
    from_port: Value[int] | None
    to_port: Value[int] | None
    peer: Value[str] | None
    """The other security group; None when the rule names addresses."""
    cidr: Value[str] | None

    def covers(self, port: int) -> bool | None:
        """Whether TCP at a port is meant; None when that cannot be seen."""
        if any(isinstance(each, Unresolved) for each in (self.protocol, self.from_port, self.to_port)):
            return None
        if known(self.protocol) == "-1":
            return True
        low, high = known(self.from_port), known(self.to_port)
        if known(self.protocol) not in {"tcp", "6"} or low is None or high is None:
            return False
        return low <= port <= high or (low, high) == (-1, -1)


class SecurityGroup(Resource):
    """AWS::EC2::SecurityGroup; rules that are resources of their own stand as such."""

    type_name: ClassVar[str] = "AWS::EC2::SecurityGroup"
    label: ClassVar[str] = "security group"
    arn_separator: ClassVar[str] = "/"

    ingress: Many[PortRule]
    egress: Many[PortRule]
    egress_configured: bool
    """Without any rule in the template, everything may go out."""

    def children(self) -> Iterable[Node]:
        """The rules."""
        yield from self.ingress
        yield from self.egress


class SecurityGroupRule(Resource):
    """AWS::EC2::SecurityGroupIngress or AWS::EC2::SecurityGroupEgress."""

    type_name: ClassVar[str] = "AWS::EC2::SecurityGroupIngress"
    label: ClassVar[str] = "security group rule"
    names: ClassVar[tuple[Names, ...]] = (
        Names("group", Relation.ATTACHED_TO, ("SecurityGroup",), ("GroupId",)),
    )

    group: Value[str] | None
    rule: PortRule

    def children(self) -> Iterable[Node]:
        """The rule that it adds."""
        return (self.rule,)
