"""Operations on load balancers and their attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.services.elbv2.part import Part
from shipway.localcloud.services.elbv2.store import Item, new_id, now, tags_of
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIX = {"application": "app", "network": "net", "gateway": "gwy"}
_LONGEST_NAME = 32
_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http2.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "waf.fail_open.enabled": "false",
}


class LoadBalancers(Part):
    """CreateLoadBalancer and what goes with it."""

    @operation("CreateLoadBalancer")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a load balancer; it is active at once."""
        name = request["Name"]
        if len(name) > _LONGEST_NAME:
            raise ServiceError(
                "ValidationError", f"The load balancer name '{name}' cannot be longer than '32' characters"
            )
        kind = request.get("Type", "application")
        subnets = request.get("Subnets") or [item["SubnetId"] for item in request.get("SubnetMappings", [])]
        details = self.subnets(subnets, caller)
        with self.store.lock:
            if any(item["LoadBalancerName"] == name for item in self.mine(self.store.load_balancers, caller)):
                raise ServiceError(
                    "DuplicateLoadBalancerName", f"A load balancer with the name '{name}' already exists"
                )
            number = new_id()
            internal = "internal-" if request.get("Scheme") == "internal" else ""
            arn = caller.arn("elasticloadbalancing", f"loadbalancer/{_PREFIX[kind]}/{name}/{number}")
            item = {
                "LoadBalancerArn": arn,
                "DNSName": f"{internal}{name}-{int(number[:8], 16)}.{caller.region}.elb.amazonaws.com",
                "CanonicalHostedZoneId": "Z35SXDOTRQ7X7K",
                "CreatedTime": now(),
                "LoadBalancerName": name,
                "Scheme": request.get("Scheme", "internet-facing"),
                "VpcId": next((subnet["VpcId"] for subnet in details), None),
                "State": {"Code": "active"},
                "Type": kind,
                "AvailabilityZones": _zones(details),
                "SecurityGroups": request.get("SecurityGroups", []),
                "IpAddressType": request.get("IpAddressType", "ipv4"),
            }
            self.store.load_balancers[arn] = item
            self.store.attributes[arn] = dict(_ATTRIBUTES)
            self.store.tags[arn] = tags_of(request)
            return {"LoadBalancers": [item]}

    @operation("DescribeLoadBalancers")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell load balancers by ARN, by name or all."""
        with self.store.lock:
            arns, names = request.get("LoadBalancerArns"), request.get("Names")
            found = self.mine(self.store.load_balancers, caller)
            if arns:
                found = [self.store.load_balancer(arn) for arn in arns]
            if names:
                known = {item["LoadBalancerName"]: item for item in found}
                if missing := [name for name in names if name not in known]:
                    raise ServiceError("LoadBalancerNotFound", f"Load balancers '{missing}' not found")
                found = [known[name] for name in names]
            return {"LoadBalancers": list(found)}

    @operation("DeleteLoadBalancer")
    def delete(self, request: Request, _caller: Caller) -> None:
        """Remove it with its listeners; one that is gone already is no error, as on AWS."""
        with self.store.lock:
            arn = request["LoadBalancerArn"]
            if self.store.attributes.get(arn, {}).get("deletion_protection.enabled") == "true":
                raise ServiceError(
                    "OperationNotPermitted",
                    f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
                )
            self.store.drop_load_balancer(arn)
            self.store.changed()

    @operation("DescribeLoadBalancerAttributes")
    def describe_attributes(self, request: Request, _caller: Caller) -> Response:
        """Tell the attributes."""
        self.store.load_balancer(request["LoadBalancerArn"])
        return {"Attributes": self.attribute_list(request["LoadBalancerArn"])}

    @operation("ModifyLoadBalancerAttributes")
    def modify_attributes(self, request: Request, _caller: Caller) -> Response:
        """Change some attributes."""
        self.store.load_balancer(request["LoadBalancerArn"])
        return {"Attributes": self.modify_attribute_list(request["LoadBalancerArn"], request["Attributes"])}

    @operation("SetSecurityGroups")
    def set_security_groups(self, request: Request, _caller: Caller) -> Response:
        """Replace the security groups."""
        with self.store.lock:
            item = self.store.load_balancer(request["LoadBalancerArn"])
            item["SecurityGroups"] = request["SecurityGroups"]
            return {"SecurityGroupIds": item["SecurityGroups"]}

    @operation("SetSubnets")
    def set_subnets(self, request: Request, caller: Caller) -> Response:
        """Replace the subnets."""
        subnets = request.get("Subnets") or [item["SubnetId"] for item in request.get("SubnetMappings", [])]
        zones = _zones(self.subnets(subnets, caller))
        with self.store.lock:
            item = self.store.load_balancer(request["LoadBalancerArn"])
            item["AvailabilityZones"] = zones
            return {"AvailabilityZones": zones, "IpAddressType": item["IpAddressType"]}

    @operation("SetIpAddressType")
    def set_ip_address_type(self, request: Request, _caller: Caller) -> Response:
        """Record the address type; this machine speaks IPv4 only."""
        with self.store.lock:
            item = self.store.load_balancer(request["LoadBalancerArn"])
            item["IpAddressType"] = request["IpAddressType"]
            return {"IpAddressType": item["IpAddressType"]}


def _zones(subnets: Iterable[Item]) -> list[Item]:
    return [{"ZoneName": item["AvailabilityZone"], "SubnetId": item["SubnetId"]} for item in subnets]
