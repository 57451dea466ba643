"""What a user asked of a load balancer and does not get here: stated once, never skipped in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.localcloud.services.elbv2.store import Item, Store

Limit = tuple[str, str, str]
_DONE = {"forward", "fixed-response", "redirect"}


def limits_of(store: Store) -> Iterator[Limit]:
    """(what, detail, where) of everything that the data plane does not do for the current state."""
    for arn, item in store.listeners.items():
        where = _short(arn)
        if store.load_balancers[item["LoadBalancerArn"]]["Type"] != "application":
            yield f"{item['Protocol']} listener", "only application load balancers carry traffic here", where
        elif item["Protocol"] == "HTTPS":
            yield "HTTPS listener", "is served over plain HTTP on this machine", where
    for arn in store.load_balancers:
        attributes = store.attributes[arn]
        if attributes["access_logs.s3.enabled"] == "true":
            yield "load balancer access logs", "are not written", _short(arn)
        if attributes["idle_timeout.timeout_seconds"] != "60":
            yield "load balancer idle timeout", "stays at 60 seconds of this machine", _short(arn)
    for arn, rule in store.rules.items():
        yield from _of_actions(rule["Actions"], _short(arn))
    for arn in store.target_groups:
        yield from _of_target_group(store.attributes[arn], _short(arn))


def _of_target_group(attributes: dict[str, str], where: str) -> Iterator[Limit]:
    if attributes["stickiness.enabled"] == "true":
        yield "target group stickiness", "every request is balanced anew", where
    if attributes["load_balancing.algorithm.type"] != "round_robin":
        yield "load balancing algorithm", "requests go round robin", where
    if attributes["slow_start.duration_seconds"] != "0":
        yield "slow start", "a healthy target gets its full share at once", where


def _of_actions(actions: list[Item], where: str) -> Iterator[Limit]:
    for action in actions:
        if action["Type"] not in _DONE:
            yield f"{action['Type']} action", "is answered with 501", where
        stickiness = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig", {})
        if stickiness.get("Enabled"):
            yield "stickiness between target groups", "every request is split by weight anew", where


def _short(arn: str) -> str:
    return arn.split(":", 5)[5]
