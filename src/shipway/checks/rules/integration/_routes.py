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


def way_out(subnets: Iterable[Value[str]], graph: PipelineGraph) -> Way:
    """The worst way of several subnets; UNSEEN as soon as one cannot be followed."""
    by_id = {(each.stack, each.logical_id): each for each in graph.resources}
    ways = [_of_subnet(subnet, by_id) for subnet in subnets]
    if not ways or Way.UNSEEN in ways:
        return Way.UNSEEN
    return max(ways, key=list(Way).index)


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


def _of_subnet(subnet: Value[str], by_id: dict[_Key, Resource]) -> Way:
    key = _resource(subnet)
    declared = by_id.get(key) if key is not None else None
    if key is None or declared is None or declared.cfn_type != "AWS::EC2::Subnet":
        return Way.UNSEEN
    tables = [
        _resource(each.properties.text("RouteTableId"))
        for each in by_id.values()
        if each.cfn_type == "AWS::EC2::SubnetRouteTableAssociation"
        and _resource(each.properties.text("SubnetId")) == key
    ]
    if not tables:
        vpc = _resource(declared.properties.text("VpcId"))
        # The main route table of a VPC that the template itself creates routes within the VPC only.
        return (
            Way.NONE
            if vpc is not None and vpc in by_id and by_id[vpc].cfn_type == "AWS::EC2::VPC"
            else Way.UNSEEN
        )
    if None in tables:
        return Way.UNSEEN
    routes = [
        each
        for each in by_id.values()
        if each.cfn_type == "AWS::EC2::Route" and _resource(each.properties.text("RouteTableId")) in tables
    ]
    return min((_of_route(route, by_id) for route in routes), key=list(Way).index, default=Way.NONE)


def _of_route(route: Resource, by_id: dict[_Key, Resource]) -> Way:
    destination = route.properties.text("DestinationCidrBlock") or route.properties.text(
        "DestinationIpv6CidrBlock"
    )
    if destination is not None and known(destination) is None:
        return Way.UNSEEN
    if known(destination) not in _ANYWHERE:
        return Way.NONE if destination is not None else Way.UNSEEN  # a prefix list may be anything
    if any(route.properties.has(key) for key in _GATEWAYS):
        return Way.NAT
    gateway = _resource(route.properties.text("GatewayId"))
    found = by_id.get(gateway) if gateway is not None else None
    if found is not None and found.cfn_type == "AWS::EC2::InternetGateway":
        return Way.INTERNET
    return Way.UNSEEN


def _resource(value: Value[str] | None) -> _Key | None:
    """The resource that a value refers to, if it is nothing but a reference."""
    token = text_of(value).sole
    return (token.stack, token.name) if token is not None and token.kind is TokenKind.RESOURCE else None
