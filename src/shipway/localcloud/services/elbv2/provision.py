"""CloudFormation's types of ELBv2, each a thin translation to the API's own operations."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from shipway.localcloud.kernel import Provisioned, Provisioner, Resource
from shipway.localcloud.wire import Caller, Response, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

Call = Callable[[str, dict[str, Any], Caller], Response]
Properties = Mapping[str, Any]
_LONGEST_NAME = 32


def provisioners(call: Call) -> dict[str, Provisioner]:
    """CloudFormation type -> provisioner."""
    prefix = "AWS::ElasticLoadBalancingV2::"
    return {
        prefix + "LoadBalancer": LoadBalancerType(call),
        prefix + "TargetGroup": TargetGroupType(call),
        prefix + "Listener": ListenerType(call),
        prefix + "ListenerRule": ListenerRuleType(call),
    }


class _Type:
    def __init__(self, call: Call) -> None:
        self.call = call

    def set_attributes(self, kind: str, arn: str, properties: Properties, caller: Caller) -> None:
        declared = [
            {"Key": item["Key"], "Value": str(item["Value"])}
            for item in properties.get(f"{kind}Attributes", [])
        ]
        if declared:
            self.call(f"Modify{kind}Attributes", {f"{kind}Arn": arn, "Attributes": declared}, caller)

    def set_tags(self, arn: str, properties: Properties, old: Properties, caller: Caller) -> None:
        new = {tag["Key"]: str(tag["Value"]) for tag in properties.get("Tags", [])}
        gone = [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in new]
        if gone:
            self.call("RemoveTags", {"ResourceArns": [arn], "TagKeys": gone}, caller)
        if new:
            tags = [{"Key": key, "Value": value} for key, value in new.items()]
            self.call("AddTags", {"ResourceArns": [arn], "Tags": tags}, caller)


class LoadBalancerType(_Type):
    """``AWS::ElasticLoadBalancingV2::LoadBalancer``; Ref is the ARN."""

    def create(self, resource: Resource) -> Provisioned:
        """Make it with its attributes."""
        caller, properties = _caller(resource), resource.properties
        request = _picked(
            properties, "Scheme", "Type", "Subnets", "SubnetMappings", "SecurityGroups", "IpAddressType"
        )
        name = properties.get("Name") or _generated(resource)
        made = self.call("CreateLoadBalancer", {"Name": name, **request}, caller)["LoadBalancers"][0]
        return self._finish(made, properties, {}, caller)

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change it in place; Name, Scheme and Type make a new one."""
        caller, properties = _caller(resource), resource.properties
        if _differs(properties, old, "Name", "Scheme", "Type"):
            return self.create(resource)
        arn = {"LoadBalancerArn": physical_id}
        self.call("SetSubnets", {**arn, **_picked(properties, "Subnets", "SubnetMappings")}, caller)
        groups = properties.get("SecurityGroups", [])
        self.call("SetSecurityGroups", {**arn, "SecurityGroups": groups}, caller)
        made = self.call("DescribeLoadBalancers", {"LoadBalancerArns": [physical_id]}, caller)
        return self._finish(made["LoadBalancers"][0], properties, old, caller)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Remove it."""
        self.call("DeleteLoadBalancer", {"LoadBalancerArn": physical_id}, _owner(physical_id))

    def _finish(
        self, made: Mapping[str, Any], properties: Properties, old: Properties, caller: Caller
    ) -> Provisioned:
        arn = made["LoadBalancerArn"]
        self.set_attributes("LoadBalancer", arn, properties, caller)
        self.set_tags(arn, properties, old, caller)
        attributes = {
            "LoadBalancerArn": arn,
            "LoadBalancerName": made["LoadBalancerName"],
            "LoadBalancerFullName": arn.split(":loadbalancer/")[1],
            "DNSName": made["DNSName"],
            "CanonicalHostedZoneID": made["CanonicalHostedZoneId"],
            "SecurityGroups": made["SecurityGroups"],
        }
        return Provisioned(arn, attributes)


class TargetGroupType(_Type):
    """``AWS::ElasticLoadBalancingV2::TargetGroup``; Ref is the ARN."""

    _CHECK = (
        "HealthCheckProtocol", "HealthCheckPort", "HealthCheckPath", "HealthCheckIntervalSeconds",
        "HealthCheckTimeoutSeconds", "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher",
    )  # fmt: skip
    _REPLACING = ("Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId", "IpAddressType")

    def create(self, resource: Resource) -> Provisioned:
        """Make it with its attributes and its targets."""
        caller, properties = _caller(resource), resource.properties
        name = properties.get("Name") or _generated(resource)
        request = {**_picked(properties, *self._REPLACING, *self._CHECK), "Name": name}
        made = self.call("CreateTargetGroup", _numbers(request), caller)["TargetGroups"][0]
        if targets := properties.get("Targets"):
            registered = [_numbers(_picked(target, "Id", "Port")) for target in targets]
            arn = {"TargetGroupArn": made["TargetGroupArn"]}
            self.call("RegisterTargets", {**arn, "Targets": registered}, caller)
        return self._finish(made, properties, {}, caller)

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change the health check and attributes in place; anything else makes a new one."""
        caller, properties = _caller(resource), resource.properties
        if _differs(properties, old, *self._REPLACING):
            return self.create(resource)
        request = {"TargetGroupArn": physical_id, **_picked(properties, *self._CHECK)}
        made = self.call("ModifyTargetGroup", _numbers(request), caller)["TargetGroups"][0]
        return self._finish(made, properties, old, caller)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Remove it."""
        self.call("DeleteTargetGroup", {"TargetGroupArn": physical_id}, _owner(physical_id))

    def _finish(
        self, made: Mapping[str, Any], properties: Properties, old: Properties, caller: Caller
    ) -> Provisioned:
        arn = made["TargetGroupArn"]
        self.set_attributes("TargetGroup", arn, properties, caller)
        self.set_tags(arn, properties, old, caller)
        attributes = {
            "TargetGroupArn": arn,
            "TargetGroupName": made["TargetGroupName"],
            "TargetGroupFullName": arn.split(":")[5],
            "LoadBalancerArns": made["LoadBalancerArns"],
        }
        return Provisioned(arn, attributes)


class ListenerType(_Type):
    """``AWS::ElasticLoadBalancingV2::Listener``; Ref is the ARN."""

    _SETTINGS = ("Port", "Protocol", "SslPolicy", "Certificates", "AlpnPolicy")

    def create(self, resource: Resource) -> Provisioned:
        """Make it with its default actions."""
        caller = _caller(resource)
        request = {**self._request(resource), "LoadBalancerArn": resource.properties["LoadBalancerArn"]}
        made = self.call("CreateListener", request, caller)["Listeners"][0]
        return self._finish(made["ListenerArn"], resource.properties, {}, caller)

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change it in place; another load balancer makes a new one."""
        caller = _caller(resource)
        if _differs(resource.properties, old, "LoadBalancerArn"):
            return self.create(resource)
        # As on AWS this puts the template's weights back, whatever a deployment had shifted (aws-cdk 36649).
        self.call("ModifyListener", {**self._request(resource), "ListenerArn": physical_id}, caller)
        return self._finish(physical_id, resource.properties, old, caller)

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Remove it."""
        _ignoring_absence(self.call, "DeleteListener", {"ListenerArn": physical_id}, _owner(physical_id))

    def _request(self, resource: Resource) -> dict[str, Any]:
        request = _numbers(_picked(resource.properties, *self._SETTINGS))
        return {**request, "DefaultActions": _actions(resource.properties["DefaultActions"])}

    def _finish(self, arn: str, properties: Properties, old: Properties, caller: Caller) -> Provisioned:
        self.set_attributes("Listener", arn, properties, caller)
        self.set_tags(arn, properties, old, caller)
        return Provisioned(arn, {"ListenerArn": arn})


class ListenerRuleType(_Type):
    """``AWS::ElasticLoadBalancingV2::ListenerRule``; Ref is the ARN."""

    def create(self, resource: Resource) -> Provisioned:
        """Make it."""
        properties = resource.properties
        request = {
            "ListenerArn": properties["ListenerArn"],
            "Priority": int(properties["Priority"]),
            "Conditions": [_whole(item) for item in properties["Conditions"]],
            "Actions": _actions(properties["Actions"]),
        }
        made = self.call("CreateRule", request, _caller(resource))["Rules"][0]
        return Provisioned(made["RuleArn"], {"RuleArn": made["RuleArn"], "IsDefault": False})

    def update(self, physical_id: str, resource: Resource, old: Properties) -> Provisioned:
        """Change it in place; another listener makes a new one."""
        properties, caller = resource.properties, _caller(resource)
        if _differs(properties, old, "ListenerArn"):
            return self.create(resource)
        arn = {"RuleArn": physical_id}
        priority = {**arn, "Priority": int(properties["Priority"])}
        self.call("SetRulePriorities", {"RulePriorities": [priority]}, caller)
        changes = {
            "Conditions": [_whole(item) for item in properties["Conditions"]],
            "Actions": _actions(properties["Actions"]),
        }
        self.call("ModifyRule", {**arn, **changes}, caller)
        return Provisioned(physical_id, {"RuleArn": physical_id, "IsDefault": False})

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Remove it."""
        _ignoring_absence(self.call, "DeleteRule", {"RuleArn": physical_id}, _owner(physical_id))


def _actions(declared: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_numbers(_whole(action)) for action in declared]


def _whole(value: Any) -> Any:
    """A plain copy of all of a property, which thereby counts as honoured; the operation judges it."""
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _picked(properties: Properties, *names: str) -> dict[str, Any]:
    return {name: _whole(properties[name]) for name in names if properties.get(name) is not None}


def _numbers(request: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation lets numbers stand as strings; the API does not."""
    whole = {"Port", "Weight", "Order", "DurationSeconds"}
    return {key: _as_number(key, value, whole) for key, value in request.items()}


def _as_number(key: str, value: Any, whole: set[str]) -> Any:
    if isinstance(value, dict):
        # A redirect's port is a text such as "#{port}" or "443".
        return value if key == "RedirectConfig" else _numbers(value)
    if isinstance(value, list):
        return [_numbers(item) if isinstance(item, dict) else item for item in value]
    if key in whole or key.endswith(("Seconds", "Count")):
        return int(value)
    return str(value) if key in {"StatusCode", "HealthCheckPort", "HttpCode"} else value


def _differs(new: Properties, old: Properties, *names: str) -> bool:
    return any(new.get(name) != old.get(name) for name in names)


def _generated(resource: Resource) -> str:
    """A name as CloudFormation makes it: ``stack-logical-RANDOM``, cut in the middle to 32 characters."""
    suffix = secrets.token_urlsafe(16).replace("-", "").replace("_", "")[:12]
    room = _LONGEST_NAME - len(suffix) - 2
    stack, logical = resource.stack_name[: room // 2], resource.logical_id
    return f"{stack}-{logical[: room - len(stack)]}-{suffix}"


def _caller(resource: Resource) -> Caller:
    return _as_root(resource.account, resource.region)


def _owner(arn: str) -> Caller:
    _, _, _, region, account, _ = arn.split(":", 5)
    return _as_root(account, region)


def _as_root(account: str, region: str) -> Caller:
    return Caller(account, region, f"arn:aws:iam::{account}:root", account)


def _ignoring_absence(call: Call, name: str, request: dict[str, Any], caller: Caller) -> None:
    try:
        call(name, request, caller)
    except ServiceError as error:
        if not error.code.endswith("NotFound"):
            raise
