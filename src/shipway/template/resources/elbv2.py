"""AWS::ElasticLoadBalancingV2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.balancer import Forward, Listener, ListenerRule, LoadBalancer, TargetGroup
from shipway.model.value import Many, known

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.model.value import Unresolved, Value
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _load_balancer(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> LoadBalancer:
    mapped = [each.text("SubnetId") for each in cursor.items("SubnetMappings")]
    subnets = cursor.texts("Subnets")
    return LoadBalancer(
        **declared,
        type=cursor.text("Type"),
        security_groups=cursor.texts("SecurityGroups"),
        subnets=Many.of([*subnets, *(each for each in mapped if each is not None)], subnets.rest),
        deletion_protection=_attribute(cursor.items("LoadBalancerAttributes"), "deletion_protection.enabled"),
    )


def _listener(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Listener:
    actions = cursor.items("DefaultActions")
    return Listener(
        **declared,
        load_balancer=cursor.text("LoadBalancerArn"),
        port=cursor.integer("Port"),
        protocol=cursor.text("Protocol"),
        forwards=_forwards(actions),
        action_types=_types(actions),
    )


def _rule(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> ListenerRule:
    actions = cursor.items("Actions")
    return ListenerRule(
        **declared,
        listener=cursor.text("ListenerArn"),
        forwards=_forwards(actions),
        action_types=_types(actions),
    )


def _types(actions: Many[Cursor]) -> Many[Value[str]]:
    types = [each.text("Type") for each in actions]
    return Many.of([each for each in types if each is not None], actions.rest)


def _forwards(actions: Many[Cursor]) -> Many[Forward]:
    found: list[Forward] = []
    rest: Unresolved | None = actions.rest
    for action in actions:
        if action.has("TargetGroupArn"):
            found.append(_forward(action))
            continue
        groups = action.items("ForwardConfig", "TargetGroups")
        found.extend(_forward(each) for each in groups)
        rest = rest or groups.rest
    return Many.of(found, rest)


def _forward(cursor: Cursor) -> Forward:
    return Forward(
        location=cursor.location, target_group=cursor.text("TargetGroupArn"), weight=cursor.integer("Weight")
    )


def _target_group(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> TargetGroup:
    return TargetGroup(
        **declared,
        target_type=cursor.text("TargetType"),
        port=cursor.integer("Port"),
        protocol=cursor.text("Protocol"),
        health_path=cursor.text("HealthCheckPath"),
        health_port=cursor.text("HealthCheckPort"),
        health_interval=cursor.integer("HealthCheckIntervalSeconds"),
        health_timeout=cursor.integer("HealthCheckTimeoutSeconds"),
        health_enabled=cursor.boolean("HealthCheckEnabled"),
        deregistration_seconds=_attribute(
            cursor.items("TargetGroupAttributes"), "deregistration_delay.timeout_seconds"
        ),
    )


def _attribute(attributes: Many[Cursor], key: str) -> Value[str] | None:
    found = (each.text("Value") for each in attributes if known(each.text("Key")) == key)
    return next(found, attributes.rest)


PARSERS: dict[str, Parser] = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
}
