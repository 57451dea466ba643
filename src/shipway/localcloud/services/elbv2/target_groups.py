"""Operations on target groups and on the targets in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.balancer.configuration import Target
from shipway.localcloud.balancer.health import NOT_REGISTERED
from shipway.localcloud.services.elbv2.part import Part
from shipway.localcloud.services.elbv2.store import Item, new_id, tags_of
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from shipway.localcloud.balancer.health import Health

_HTTP = {"HTTP", "HTTPS"}
_LONGEST_NAME = 32
_ATTRIBUTES = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.enabled": "false",
    "stickiness.type": "lb_cookie",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
}
_HEALTH_CHECK = (
    "HealthCheckProtocol",
    "HealthCheckPort",
    "HealthCheckEnabled",
    "HealthCheckPath",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThresholdCount",
    "UnhealthyThresholdCount",
    "Matcher",
)


class TargetGroups(Part):
    """CreateTargetGroup, RegisterTargets, DescribeTargetHealth and what goes with them."""

    @operation("CreateTargetGroup")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a target group; the same one again is given back, another under its name is refused."""
        name = request["Name"]
        if len(name) > _LONGEST_NAME:
            raise ServiceError(
                "ValidationError", f"Target group name '{name}' cannot be longer than '32' characters"
            )
        settings = _settings(request)
        with self.store.lock:
            for item in self.mine(self.store.target_groups, caller):
                if item["TargetGroupName"] == name:
                    if all(item.get(key) == value for key, value in settings.items()):
                        return {"TargetGroups": [self._told(item)]}
                    raise ServiceError(
                        "DuplicateTargetGroupName",
                        f"A target group with the same name '{name}' exists, but with different settings",
                    )
            arn = caller.arn("elasticloadbalancing", f"targetgroup/{name}/{new_id()}")
            item = {"TargetGroupArn": arn, "TargetGroupName": name, **settings}
            self.store.target_groups[arn] = item
            self.store.attributes[arn] = dict(_ATTRIBUTES)
            self.store.tags[arn] = tags_of(request)
            self.store.changed()
            return {"TargetGroups": [self._told(item)]}

    @operation("DescribeTargetGroups")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell target groups by ARN, name or load balancer, or all."""
        with self.store.lock:
            arns, names, load_balancer = (
                request.get(key) for key in ("TargetGroupArns", "Names", "LoadBalancerArn")
            )
            found = self.mine(self.store.target_groups, caller)
            if arns:
                if any(arn not in self.store.target_groups for arn in arns):
                    raise ServiceError("TargetGroupNotFound", "One or more target groups not found")
                found = [self.store.target_group(arn) for arn in arns]
            if names:
                found = [item for item in found if item["TargetGroupName"] in names]
                if len(found) < len(set(names)):
                    raise ServiceError("TargetGroupNotFound", "One or more target groups not found")
            told = [self._told(item) for item in found]
            if load_balancer:
                self.store.load_balancer(load_balancer)
                told = [item for item in told if load_balancer in item["LoadBalancerArns"]]
            return {"TargetGroups": told}

    @operation("ModifyTargetGroup")
    def modify(self, request: Request, _caller: Caller) -> Response:
        """Change the health check."""
        with self.store.lock:
            item = self.store.target_group(request["TargetGroupArn"])
            item.update({key: request[key] for key in _HEALTH_CHECK if key in request})
            self.store.changed()
            return {"TargetGroups": [self._told(item)]}

    @operation("DeleteTargetGroup")
    def delete(self, request: Request, _caller: Caller) -> None:
        """Remove it, unless a listener or rule forwards to it."""
        with self.store.lock:
            arn = request["TargetGroupArn"]
            if self.store.load_balancers_of(arn):
                raise ServiceError(
                    "ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule"
                )
            self.store.drop_target_group(arn)
            self.balancer.targets.forget_group(arn)
            self.store.changed()

    @operation("DescribeTargetGroupAttributes")
    def describe_attributes(self, request: Request, _caller: Caller) -> Response:
        """Tell the attributes."""
        self.store.target_group(request["TargetGroupArn"])
        return {"Attributes": self.attribute_list(request["TargetGroupArn"])}

    @operation("ModifyTargetGroupAttributes")
    def modify_attributes(self, request: Request, _caller: Caller) -> Response:
        """Change some attributes."""
        self.store.target_group(request["TargetGroupArn"])
        return {"Attributes": self.modify_attribute_list(request["TargetGroupArn"], request["Attributes"])}

    @operation("RegisterTargets")
    def register(self, request: Request, _caller: Caller) -> None:
        """Add targets; health checks begin at once if a rule forwards to the group."""
        group = self.store.target_group(request["TargetGroupArn"])
        for given in request["Targets"]:
            self.balancer.targets.register(group["TargetGroupArn"], _target(given, group))

    @operation("DeregisterTargets")
    def deregister(self, request: Request, _caller: Caller) -> None:
        """Give targets no new requests, and forget them after the deregistration delay."""
        group = self.store.target_group(request["TargetGroupArn"])
        arn = group["TargetGroupArn"]
        delay = float(self.store.attributes[arn]["deregistration_delay.timeout_seconds"])
        for given in request["Targets"]:
            self.balancer.targets.deregister(arn, _target(given, group), self.kernel.clock.real(delay))

    @operation("DescribeTargetHealth")
    def health(self, request: Request, _caller: Caller) -> Response:
        """Tell what the health checks found."""
        group = self.store.target_group(request["TargetGroupArn"])
        told = dict(self.balancer.targets.describe(group["TargetGroupArn"]))
        if wanted := request.get("Targets"):
            asked = [_target(given, group) for given in wanted]
            told = {target: told.get(target, NOT_REGISTERED) for target in asked}
        return {"TargetHealthDescriptions": [_described(target, health) for target, health in told.items()]}

    def _told(self, item: Item) -> Item:
        return {**item, "LoadBalancerArns": self.store.load_balancers_of(item["TargetGroupArn"])}


def _settings(request: Request) -> Item:
    target_type = request.get("TargetType", "instance")
    protocol = request.get("Protocol")
    http = protocol in _HTTP
    if target_type != "lambda" and not (protocol and request.get("Port") and request.get("VpcId")):
        missing = next(key for key in ("Protocol", "Port", "VpcId") if not request.get(key))
        raise ServiceError(
            "ValidationError", f"A {missing} must be specified for target type '{target_type}'"
        )
    check_http = request.get("HealthCheckProtocol", "HTTP" if http else "TCP") in _HTTP
    settings = {
        "Protocol": protocol,
        "Port": request.get("Port"),
        "VpcId": request.get("VpcId"),
        "HealthCheckProtocol": request.get("HealthCheckProtocol", protocol if http else "TCP"),
        "HealthCheckPort": request.get("HealthCheckPort", "traffic-port"),
        "HealthCheckEnabled": True,
        "HealthCheckIntervalSeconds": request.get("HealthCheckIntervalSeconds", 30),
        "HealthCheckTimeoutSeconds": request.get("HealthCheckTimeoutSeconds", 5 if check_http else 10),
        "HealthyThresholdCount": request.get("HealthyThresholdCount", 5),
        "UnhealthyThresholdCount": request.get("UnhealthyThresholdCount", 2),
        "TargetType": target_type,
        "ProtocolVersion": request.get("ProtocolVersion", "HTTP1") if http else None,
        "IpAddressType": request.get("IpAddressType", "ipv4"),
    }
    if check_http:
        settings["HealthCheckPath"] = request.get("HealthCheckPath", "/")
        settings["Matcher"] = request.get("Matcher", {"HttpCode": "200"})
    return settings


def _target(given: Item, group: Item) -> Target:
    return Target(given["Id"], given.get("Port") or group["Port"])


def _described(target: Target, health: Health) -> Item:
    return {
        "Target": {"Id": target.address, "Port": target.port},
        "HealthCheckPort": str(target.port),
        "TargetHealth": {
            "State": health.state.value,
            "Reason": health.reason or None,
            "Description": health.description or None,
        },
    }
