"""Operations on listeners and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.elbv2.actions import normalise
from shipway.localcloud.services.elbv2.part import Part
from shipway.localcloud.services.elbv2.store import Item, new_id, tags_of
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS = ("Port", "Protocol", "SslPolicy", "Certificates", "AlpnPolicy", "MutualAuthentication")
_SECURE = {"HTTPS", "TLS"}
_TYPED_VALUES = {
    "path-pattern": "PathPatternConfig",
    "host-header": "HostHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "source-ip": "SourceIpConfig",
}


class Listeners(Part):
    """CreateListener, CreateRule and what goes with them."""

    @operation("CreateListener")
    def create(self, request: Request, caller: Caller) -> Response:
        """Make a listener; its default actions are its default rule."""
        with self.store.lock:
            load_balancer = self.store.load_balancer(request["LoadBalancerArn"])
            arn = load_balancer["LoadBalancerArn"]
            port, protocol = request.get("Port"), request.get("Protocol")
            if not port or not protocol:
                raise ServiceError("ValidationError", "A listener must have a port and a protocol")
            if any(item["Port"] == port for item in self.store.listeners_of(arn)):
                raise ServiceError(
                    "DuplicateListener", "A listener already exists on this port for this load balancer"
                )
            if protocol in _SECURE and not request.get("Certificates"):
                raise ServiceError(
                    "ValidationError",
                    f"A certificate must be specified for {protocol} listeners",
                )
            kind, name, number = arn.split(":loadbalancer/")[1].split("/")
            item = {
                "ListenerArn": caller.arn(
                    "elasticloadbalancing", f"listener/{kind}/{name}/{number}/{new_id()}"
                ),
                "LoadBalancerArn": arn,
                **{key: request[key] for key in _SETTINGS if key in request},
                "DefaultActions": normalise(self.store, request["DefaultActions"], arn),
            }
            self.store.listeners[item["ListenerArn"]] = item
            self.store.attributes[item["ListenerArn"]] = {"routing.http.response.server.enabled": "true"}
            self.store.tags[item["ListenerArn"]] = tags_of(request)
            self._add_rule(item, caller, "default", [], item["DefaultActions"])
            self.store.changed()
            return {"Listeners": [item]}

    @operation("DescribeListeners")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell the listeners of a load balancer, or some by ARN."""
        with self.store.lock:
            if arns := request.get("ListenerArns"):
                return {"Listeners": [self.store.listener(arn) for arn in arns]}
            if load_balancer := request.get("LoadBalancerArn"):
                self.store.load_balancer(load_balancer)
                return {"Listeners": self.store.listeners_of(load_balancer)}
            return {"Listeners": self.mine(self.store.listeners, caller)}

    @operation("ModifyListener")
    def modify(self, request: Request, _caller: Caller) -> Response:
        """Change a listener; requests that come after the answer are routed by the new actions."""
        with self.store.lock:
            item = self.store.listener(request["ListenerArn"])
            if "DefaultActions" in request:
                actions = normalise(self.store, request["DefaultActions"], item["LoadBalancerArn"])
                item["DefaultActions"] = actions
                default = self.store.rules_of(item["ListenerArn"])[-1]
                default["Actions"] = actions
            item.update({key: request[key] for key in _SETTINGS if key in request})
            self.store.changed()
            return {"Listeners": [item]}

    @operation("DeleteListener")
    def delete(self, request: Request, _caller: Caller) -> None:
        """Remove a listener with its rules."""
        with self.store.lock:
            self.store.listener(request["ListenerArn"])
            self.store.drop_listener(request["ListenerArn"])
            self.store.changed()

    @operation("DescribeListenerAttributes")
    def describe_attributes(self, request: Request, _caller: Caller) -> Response:
        """Tell the attributes."""
        self.store.listener(request["ListenerArn"])
        return {"Attributes": self.attribute_list(request["ListenerArn"])}

    @operation("ModifyListenerAttributes")
    def modify_attributes(self, request: Request, _caller: Caller) -> Response:
        """Change some attributes."""
        self.store.listener(request["ListenerArn"])
        return {"Attributes": self.modify_attribute_list(request["ListenerArn"], request["Attributes"])}

    @operation("CreateRule")
    def create_rule(self, request: Request, caller: Caller) -> Response:
        """Make a rule, in force when the answer is given."""
        with self.store.lock:
            listener = self.store.listener(request["ListenerArn"])
            priority = str(request["Priority"])
            self._check_priority(listener["ListenerArn"], priority)
            actions = normalise(self.store, request["Actions"], listener["LoadBalancerArn"])
            conditions = [_condition(item) for item in request["Conditions"]]
            rule = self._add_rule(listener, caller, priority, conditions, actions)
            self.store.tags[rule["RuleArn"]] = tags_of(request)
            self.store.changed()
            return {"Rules": [rule]}

    @operation("DescribeRules")
    def describe_rules(self, request: Request, _caller: Caller) -> Response:
        """Tell the rules of a listener, or some by ARN."""
        with self.store.lock:
            if arns := request.get("RuleArns"):
                return {"Rules": [self.store.rule(arn) for arn in arns]}
            self.store.listener(request.get("ListenerArn", ""))
            return {"Rules": self.store.rules_of(request["ListenerArn"])}

    @operation("ModifyRule")
    def modify_rule(self, request: Request, _caller: Caller) -> Response:
        """Change what a rule asks for or does."""
        with self.store.lock:
            rule = self.store.rule(request["RuleArn"])
            if rule["IsDefault"]:
                raise ServiceError(
                    "OperationNotPermitted", f"Default rule '{rule['RuleArn']}' cannot be modified"
                )
            listener = self.store.listener(self.store.listener_of_rule[rule["RuleArn"]])
            if "Conditions" in request:
                rule["Conditions"] = [_condition(item) for item in request["Conditions"]]
            if "Actions" in request:
                rule["Actions"] = normalise(self.store, request["Actions"], listener["LoadBalancerArn"])
            self.store.changed()
            return {"Rules": [rule]}

    @operation("SetRulePriorities")
    def set_priorities(self, request: Request, _caller: Caller) -> Response:
        """Reorder rules; all of them or none."""
        with self.store.lock:
            wanted = {item["RuleArn"]: str(item["Priority"]) for item in request["RulePriorities"]}
            rules = [self.store.rule(arn) for arn in wanted]
            for rule in rules:
                listener = self.store.listener_of_rule[rule["RuleArn"]]
                self._check_priority(listener, wanted[rule["RuleArn"]], besides=set(wanted))
            for rule in rules:
                rule["Priority"] = wanted[rule["RuleArn"]]
            self.store.changed()
            return {"Rules": rules}

    @operation("DeleteRule")
    def delete_rule(self, request: Request, _caller: Caller) -> None:
        """Remove a rule."""
        with self.store.lock:
            rule = self.store.rule(request["RuleArn"])
            if rule["IsDefault"]:
                raise ServiceError(
                    "OperationNotPermitted", f"Default rule '{rule['RuleArn']}' cannot be deleted"
                )
            self.store.drop_rule(rule["RuleArn"])
            self.store.changed()

    def _add_rule(
        self, listener: Item, caller: Caller, priority: str, conditions: list[Item], actions: list[Item]
    ) -> Item:
        listener_arn = listener["ListenerArn"]
        path = listener_arn.split(":listener/")[1]
        rule: Item = {
            "RuleArn": caller.arn("elasticloadbalancing", f"listener-rule/{path}/{new_id()}"),
            "Priority": priority,
            "Conditions": conditions,
            "Actions": actions,
            "IsDefault": priority == "default",
        }
        self.store.rules[rule["RuleArn"]] = rule
        self.store.listener_of_rule[rule["RuleArn"]] = listener_arn
        self.store.tags[rule["RuleArn"]] = {}
        return rule

    def _check_priority(self, listener: str, priority: str, besides: set[str] | None = None) -> None:
        for rule in self.store.rules_of(listener):
            if rule["Priority"] == priority and rule["RuleArn"] not in (besides or set()):
                raise ServiceError("PriorityInUse", f"Priority '{priority}' is currently in use")


def _condition(given: Mapping[str, Any]) -> Item:
    """A condition with both ways in which AWS gives its values back: ``Values`` and the typed config."""
    item = dict(given)
    config = _TYPED_VALUES.get(item.get("Field", ""))
    if config:
        values = item.get("Values") or item.get(config, {}).get("Values", [])
        item["Values"] = values
        item[config] = {"Values": values}
    return item
