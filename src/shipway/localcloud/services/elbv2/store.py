"""What ELBv2 knows: load balancers, target groups, listeners, rules, in the API's own shapes."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Item = dict[str, Any]


@dataclass
class Store:
    """Everything by ARN; an ARN names account and region, so one store serves all of them.

    `changed` is called, inside the lock, after every change that the data plane must follow.
    """

    changed: Callable[[], None]
    lock: threading.RLock = field(default_factory=threading.RLock)
    load_balancers: dict[str, Item] = field(default_factory=dict)
    target_groups: dict[str, Item] = field(default_factory=dict)
    listeners: dict[str, Item] = field(default_factory=dict)
    rules: dict[str, Item] = field(default_factory=dict)
    listener_of_rule: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def load_balancer(self, arn: str) -> Item:
        """The load balancer, or AWS's error."""
        return _get(self.load_balancers, arn, "LoadBalancerNotFound", "Load balancer")

    def target_group(self, arn: str) -> Item:
        """The target group, or AWS's error."""
        return _get(self.target_groups, arn, "TargetGroupNotFound", "Target group")

    def listener(self, arn: str) -> Item:
        """The listener, or AWS's error."""
        return _get(self.listeners, arn, "ListenerNotFound", "Listener")

    def rule(self, arn: str) -> Item:
        """The rule, or AWS's error."""
        return _get(self.rules, arn, "RuleNotFound", "Rule")

    def listeners_of(self, load_balancer: str) -> list[Item]:
        """A load balancer's listeners."""
        return [item for item in self.listeners.values() if item["LoadBalancerArn"] == load_balancer]

    def rules_of(self, listener: str) -> list[Item]:
        """A listener's rules in the order in which they are tried, the default rule last."""
        mine = [rule for arn, rule in self.rules.items() if self.listener_of_rule[arn] == listener]
        return sorted(mine, key=lambda rule: (rule["IsDefault"], _priority(rule)))

    def load_balancers_of(self, target_group: str) -> list[str]:
        """The load balancers that forward to a target group by some rule."""
        found = {
            self.listeners[self.listener_of_rule[arn]]["LoadBalancerArn"]: None
            for arn, rule in self.rules.items()
            if target_group in forwarded_to(rule["Actions"])
        }
        return list(found)

    def drop_listener(self, arn: str) -> None:
        """Remove a listener with its rules."""
        for rule in self.rules_of(arn):
            self.drop_rule(rule["RuleArn"])
        self.listeners.pop(arn, None)
        self._drop(arn)

    def drop_rule(self, arn: str) -> None:
        """Remove a rule."""
        self.rules.pop(arn, None)
        self.listener_of_rule.pop(arn, None)
        self._drop(arn)

    def drop_load_balancer(self, arn: str) -> None:
        """Remove a load balancer with its listeners."""
        for listener in self.listeners_of(arn):
            self.drop_listener(listener["ListenerArn"])
        self.load_balancers.pop(arn, None)
        self._drop(arn)

    def drop_target_group(self, arn: str) -> None:
        """Remove a target group."""
        self.target_groups.pop(arn, None)
        self._drop(arn)

    def _drop(self, arn: str) -> None:
        self.attributes.pop(arn, None)
        self.tags.pop(arn, None)


def forwarded_to(actions: Iterable[Item]) -> list[str]:
    """The target groups that actions forward to, whatever their weight."""
    return [
        group["TargetGroupArn"]
        for action in actions
        for group in action.get("ForwardConfig", {}).get("TargetGroups", [])
    ]


def new_id() -> str:
    """16 hexadecimal digits, as in the ARNs of load balancers."""
    return secrets.token_hex(8)


def now() -> datetime:
    """When something was made."""
    return datetime.now(UTC)


def tags_of(request: Item) -> dict[str, str]:
    """The tags of a request as a mapping."""
    return {tag["Key"]: tag.get("Value", "") for tag in request.get("Tags", [])}


def _get(items: dict[str, Item], arn: str, code: str, what: str) -> Item:
    try:
        return items[arn]
    except KeyError:
        raise ServiceError(code, f"{what} '{arn}' not found") from None


def _priority(rule: Item) -> int:
    return 0 if rule["IsDefault"] else int(rule["Priority"])
