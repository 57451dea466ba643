"""AWS::EC2: security groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.network import PortRule, SecurityGroup, SecurityGroupRule
from shipway.model.value import Many

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _security_group(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> SecurityGroup:
    ingress, egress = cursor.items("SecurityGroupIngress"), cursor.items("SecurityGroupEgress")
    return SecurityGroup(
        **declared,
        ingress=Many.of([_rule(each, inbound=True) for each in ingress], ingress.rest),
        egress=Many.of([_rule(each, inbound=False) for each in egress], egress.rest),
        egress_configured=cursor.has("SecurityGroupEgress"),
    )


def _attached(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> SecurityGroupRule:
    inbound = declared["cfn_type"].endswith("Ingress")
    return SecurityGroupRule(**declared, group=cursor.text("GroupId"), rule=_rule(cursor, inbound=inbound))


def _rule(cursor: Cursor, *, inbound: bool) -> PortRule:
    return PortRule(
        location=cursor.location,
        inbound=inbound,
        protocol=cursor.text("IpProtocol"),
        from_port=cursor.integer("FromPort"),
        to_port=cursor.integer("ToPort"),
        peer=cursor.text("SourceSecurityGroupId" if inbound else "DestinationSecurityGroupId"),
        cidr=cursor.text("CidrIp") or cursor.text("CidrIpv6"),
    )


PARSERS: dict[str, Parser] = {
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::EC2::SecurityGroupIngress": _attached,
    "AWS::EC2::SecurityGroupEgress": _attached,
}
