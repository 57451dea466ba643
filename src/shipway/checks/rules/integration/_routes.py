"""How what runs in a subnet gets out of it, as far as the given templates route."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from shipway.model.text import TokenKind
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.graph import PipelineGraph
    from shipway.model.resource import Resource
    from shipway.model.value import Value

_Key = tuple[str, str]
_ANYWHERE = frozenset({"0.0.0.0/0", "::/0"})
_GATEWAYS = ("NatGatewayId", "TransitGatewayId", "NetworkInterfaceId", "InstanceId", "VpcPeeringConnectionId")


class Way(Enum):
    """How a subnet reaches the internet."""

    NAT = "through a gateway that translates addresses"
    INTERNET = "through an internet gateway, for what has a public address"
    NONE = "not at all"
    UNSEEN = "cannot be seen"


class Routes:
    """The subnets and routes of all given templates, looked through once."""

    def __init__(self, graph: PipelineGraph) -> None:
        self._by_id = {(each.stack, each.logical_id): each for each in graph.resources}
        self._tables: dict[_Key, list[_Key | None]] = {}
        self._routes: dict[_Key, list[Resource]] = {}
        for each in graph.resources:
            if each.cfn_type == "AWS::EC2::SubnetRouteTableAssociation":
                subnet = _resource(each.properties.text("SubnetId"))
                if subnet is not None:
                    table = _resource(each.properties.text("RouteTableId"))
                    self._tables.setdefault(subnet, []).append(table)
            elif each.cfn_type == "AWS::EC2::Route":
                owner = _resource(each.properties.text("RouteTableId"))
                if owner is not None:
                    self._routes.setdefault(owner, []).append(each)

    def way_out(self, subnets: Iterable[Value[str]]) -> Way:
        """The worst way of several subnets; UNSEEN as soon as one cannot be followed."""
        ways = [self._of_subnet(_resource(subnet)) for subnet in subnets]
        if not ways or Way.UNSEEN in ways:
            return Way.UNSEEN
        return max(ways, key=list(Way).index)

    def _of_subnet(self, subnet: _Key | None) -> Way:
        declared = self._declared(subnet, "AWS::EC2::Subnet")
        if subnet is None or declared is None:
            return Way.UNSEEN
        tables = self._tables.get(subnet)
        if tables is None:
            vpc = self._declared(_resource(declared.properties.text("VpcId")), "AWS::EC2::VPC")
            # The main route table of a VPC that the template itself creates routes within the VPC only.
            return Way.NONE if vpc is not None else Way.UNSEEN
        if None in tables:
            return Way.UNSEEN
        routes = [route for table in tables if table is not None for route in self._routes.get(table, ())]
        return min(map(self._of_route, routes), key=list(Way).index, default=Way.NONE)

    def _of_route(self, route: Resource) -> Way:
        said = route.properties
        destination = said.text("DestinationCidrBlock") or said.text("DestinationIpv6CidrBlock")
        if destination is None or known(destination) is None:
            return Way.UNSEEN  # a prefix list may be anything
        if known(destination) not in _ANYWHERE:
            return Way.NONE
        if any(said.has(key) for key in _GATEWAYS):
            return Way.NAT
        gateway = self._declared(_resource(said.text("GatewayId")), "AWS::EC2::InternetGateway")
        return Way.INTERNET if gateway is not None else Way.UNSEEN

    def _declared(self, key: _Key | None, kind: str) -> Resource | None:
        found = self._by_id.get(key) if key is not None else None
        return found if found is not None and found.cfn_type == kind else None


def endpoints(graph: PipelineGraph) -> frozenset[str]:
    """The services that have a VPC endpoint, by the end of their names: ``ecr.dkr``, ``s3``, ``logs``."""
    names = (
        str(text_of(each.properties.text("ServiceName")))
        for each in graph.resources
        if each.cfn_type == "AWS::EC2::VPCEndpoint"
    )
    return frozenset(
        part for name in names for part in (name.rpartition(".")[2], ".".join(name.split(".")[-2:]))
    )


def _resource(value: Value[str] | None) -> _Key | None:
    """The resource that a value refers to, if it is nothing but a reference."""
    token = text_of(value).sole
    return (token.stack, token.name) if token is not None and token.kind is TokenKind.RESOURCE else None
