"""The actions of a listener or rule with other weights on the same pair of target groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codedeploy.plan import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Pair:
    """ARNs of the target groups of the two task sets."""

    blue: str
    green: str


def target_groups(actions: Sequence[dict[str, Any]]) -> set[str]:
    """The target groups that these actions forward to, whatever their weight."""
    return {arn for action in actions for arn in _of(action)}


def shifted(actions: Sequence[dict[str, Any]], pair: Pair, green: int) -> list[dict[str, Any]]:
    """The same actions, forwarding `green` percent to green; what concerns other target groups stays.

    Both groups stay in the action, the idle one with weight 0: a target group without a listener would
    not be health-checked, and CodeDeploy has left it there since 2022.
    """
    return [
        _forward(action, pair, green) if _of(action) & {pair.blue, pair.green} else action
        for action in actions
    ]


def only(actions: Sequence[dict[str, Any]], pair: Pair, green: int) -> list[dict[str, Any]]:
    """The same for a network load balancer, which knows no weights: everything to one of the two."""
    arn = pair.green if green == ALL else pair.blue
    return [
        {"Type": "forward", "TargetGroupArn": arn} if _of(action) & {pair.blue, pair.green} else action
        for action in actions
    ]


def _of(action: dict[str, Any]) -> set[str]:
    if action["Type"] != "forward":
        return set()
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    single = {action["TargetGroupArn"]} if "TargetGroupArn" in action else set()
    return {group["TargetGroupArn"] for group in groups} | single


def _forward(action: dict[str, Any], pair: Pair, green: int) -> dict[str, Any]:
    config = {key: value for key, value in action.get("ForwardConfig", {}).items() if key != "TargetGroups"}
    config["TargetGroups"] = [
        {"TargetGroupArn": pair.blue, "Weight": ALL - green},
        {"TargetGroupArn": pair.green, "Weight": green},
    ]
    kept = {key: value for key, value in action.items() if key != "TargetGroupArn"}
    return {**kept, "ForwardConfig": config}
