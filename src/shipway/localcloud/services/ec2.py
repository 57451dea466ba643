"""The EC2 types of a VPC that ministack's CloudFormation lacks; the API behind them is ministack's.

No packet crosses this network: tasks listen on loopback, and what security groups, gateways and routes
would allow or forbid is recorded, not enforced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.kernel import AttributesOf, Kernel, Provisioned, Provisioner, Resource, Service
from shipway.localcloud.ledger import Fidelity

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ec2(Service):
    """Elastic addresses, NAT gateways and stand-alone security group rules."""

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        kernel.ledger.note(
            Fidelity.SIMULATED,
            "EC2 networking",
            "VPCs, subnets, routes, NAT gateways and security groups are recorded; tasks talk over loopback",
        )

    def provisioners(self) -> Mapping[str, Provisioner]:
        """The four types."""
        return {
            "AWS::EC2::EIP": _ElasticIp(self.kernel),
            "AWS::EC2::NatGateway": _NatGateway(self.kernel),
            "AWS::EC2::SecurityGroupIngress": _SecurityGroupRule(self.kernel, "ingress"),
            "AWS::EC2::SecurityGroupEgress": _SecurityGroupRule(self.kernel, "egress"),
        }

    def attributes(self) -> Mapping[str, AttributesOf]:
        """CDK lets a balancer's group out to its VPC's block only."""
        return {"AWS::EC2::VPC": _vpc_attributes}


def _vpc_attributes(_physical_id: str, properties: Mapping[str, Any], /) -> Mapping[str, Any]:
    return {"CidrBlock": properties.get("CidrBlock", ""), "CidrBlockAssociations": [], "Ipv6CidrBlocks": []}


class _Ec2Provisioner:
    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    @property
    def _ec2(self) -> Any:
        return self._kernel.clients.client("ec2")

    def _tag(self, resource_id: str, resource: Resource) -> None:
        if tags := resource.properties.get("Tags"):
            self._ec2.create_tags(Resources=[resource_id], Tags=[dict(tag) for tag in tags])


class _ElasticIp(_Ec2Provisioner):
    """`Ref` is the address; its allocation is an attribute."""

    def create(self, resource: Resource) -> Provisioned:
        made = self._ec2.allocate_address(Domain=resource.properties.get("Domain", "vpc"))
        self._tag(made["AllocationId"], resource)
        return Provisioned(
            made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}
        )

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        if old.get("Domain") != resource.properties.get("Domain"):
            return self.create(resource)
        address = self._address(physical_id)
        self._tag(address["AllocationId"], resource)
        return Provisioned(physical_id, {"AllocationId": address["AllocationId"], "PublicIp": physical_id})

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        if address := self._address(physical_id):
            self._ec2.release_address(AllocationId=address["AllocationId"])

    def _address(self, public_ip: str) -> dict[str, Any]:
        # Filtered here: ministack's filters on addresses were not measured.
        addresses = self._ec2.describe_addresses()["Addresses"]
        return next((dict(address) for address in addresses if address["PublicIp"] == public_ip), {})


class _NatGateway(_Ec2Provisioner):
    """A public or private NAT gateway; every property but its tags means a new one."""

    def create(self, resource: Resource) -> Provisioned:
        properties = resource.properties
        options = {
            name: properties[name]
            for name in ("AllocationId", "ConnectivityType")
            if properties.get(name) is not None
        }
        made = self._ec2.create_nat_gateway(SubnetId=properties["SubnetId"], **options)["NatGateway"]
        self._tag(made["NatGatewayId"], resource)
        return Provisioned(made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        if any(old.get(name) != resource.properties.get(name) for name in _NAT_REPLACEMENT):
            return self.create(resource)
        self._tag(physical_id, resource)
        return Provisioned(physical_id, {"NatGatewayId": physical_id})

    def delete(self, physical_id: str, _properties: Mapping[str, Any]) -> None:
        _unless_gone(lambda: self._ec2.delete_nat_gateway(NatGatewayId=physical_id))


_NAT_REPLACEMENT = ("SubnetId", "AllocationId", "ConnectivityType")


class _SecurityGroupRule(_Ec2Provisioner):
    """A rule that stands apart from its group, as templates write it to break a circle."""

    def __init__(self, kernel: Kernel, direction: str) -> None:
        super().__init__(kernel)
        self._direction = direction

    def create(self, resource: Resource) -> Provisioned:
        authorize = getattr(self._ec2, f"authorize_security_group_{self._direction}")
        made = authorize(
            GroupId=resource.properties["GroupId"], IpPermissions=[_permission(resource.properties)]
        )
        rules = made.get("SecurityGroupRules") or [{}]
        rule_id = rules[0].get("SecurityGroupRuleId") or f"{resource.stack_name}-{resource.logical_id}"
        return Provisioned(rule_id, {"Id": rule_id})

    def update(self, physical_id: str, resource: Resource, old: Mapping[str, Any]) -> Provisioned:
        self.delete(physical_id, old)
        return self.create(resource)

    def delete(self, _physical_id: str, properties: Mapping[str, Any]) -> None:
        revoke = getattr(self._ec2, f"revoke_security_group_{self._direction}")
        _unless_gone(lambda: revoke(GroupId=properties["GroupId"], IpPermissions=[_permission(properties)]))


def _permission(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The rule in the API's shape."""
    permission: dict[str, Any] = {"IpProtocol": str(properties["IpProtocol"])}
    for port in ("FromPort", "ToPort"):
        if port in properties:
            permission[port] = int(properties[port])
    described = {"Description": properties["Description"]} if properties.get("Description") else {}
    if cidr := properties.get("CidrIp"):
        permission["IpRanges"] = [{"CidrIp": cidr, **described}]
    if cidr := properties.get("CidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": cidr, **described}]
    group = properties.get("SourceSecurityGroupId") or properties.get("DestinationSecurityGroupId")
    if group:
        permission["UserIdGroupPairs"] = [{"GroupId": group, **described}]
    prefix_list = properties.get("SourcePrefixListId") or properties.get("DestinationPrefixListId")
    if prefix_list:
        permission["PrefixListIds"] = [{"PrefixListId": prefix_list, **described}]
    return permission


def _unless_gone(call: Any) -> None:
    try:
        call()
    except ClientError as error:
        if "NotFound" not in error.response["Error"]["Code"]:
            raise
