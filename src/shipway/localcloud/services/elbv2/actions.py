"""Actions of listeners and rules: AWS's checks and the shape in which AWS gives them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.localcloud.services.elbv2.store import Item, Store

_GROUPS_PER_ACTION = (
    5  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
)
_LARGEST_WEIGHT = 999


def normalise(store: Store, actions: Iterable[Mapping[str, Any]], load_balancer: str) -> list[Item]:
    """The actions as AWS stores them: every forward has a ForwardConfig with weights.

    Raises:
        ServiceError: A target group is unknown or serves another load balancer, or a weight is out of range.
    """
    return [_normalise(store, dict(action), order, load_balancer) for order, action in enumerate(actions, 1)]


def _normalise(store: Store, action: Item, order: int, load_balancer: str) -> Item:
    action.setdefault("Order", order)
    if action["Type"] != "forward":
        return action
    config = dict(action.get("ForwardConfig") or {})
    groups = [{"Weight": 1, **group} for group in config.get("TargetGroups", [])]
    if not groups and action.get("TargetGroupArn"):
        groups = [{"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}]
    _check_groups(store, groups, load_balancer)
    config["TargetGroups"] = groups
    config.setdefault("TargetGroupStickinessConfig", {"Enabled": False})
    action["ForwardConfig"] = config
    action.pop("TargetGroupArn", None)
    if len(groups) == 1:
        action["TargetGroupArn"] = groups[0]["TargetGroupArn"]
    return action


def _check_groups(store: Store, groups: list[Item], load_balancer: str) -> None:
    if not groups:
        raise ServiceError("ValidationError", "A target group ARN must be specified")
    if len(groups) > _GROUPS_PER_ACTION:
        raise ServiceError(
            "TooManyTargetGroups",
            f"An action may forward to at most {_GROUPS_PER_ACTION} target groups, got {len(groups)}",
        )
    for group in groups:
        if group["TargetGroupArn"] not in store.target_groups:
            raise ServiceError("TargetGroupNotFound", "One or more target groups not found")
        if not 0 <= group["Weight"] <= _LARGEST_WEIGHT:
            raise ServiceError(
                "ValidationError",
                f"Target group weight '{group['Weight']}' must be between 0 and {_LARGEST_WEIGHT}",
            )
        others = [arn for arn in store.load_balancers_of(group["TargetGroupArn"]) if arn != load_balancer]
        if others:
            raise ServiceError(
                "TargetGroupAssociationLimit",
                "The following target groups cannot be associated with more than one load balancer: "
                + group["TargetGroupArn"],
            )
