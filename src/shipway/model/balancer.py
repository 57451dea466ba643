"""Elastic Load Balancing: load balancers, listeners, their rules, and target groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Node, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.value import Many, Value


class LoadBalancer(Resource):
    """AWS::ElasticLoadBalancingV2::LoadBalancer."""

    type_name: ClassVar[str] = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    label: ClassVar[str] = "load balancer"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("security_groups", Relation.GUARDED_BY, ("SecurityGroup",), ("SecurityGroups",)),
    )

    type: Value[str] | None
    """application, network or gateway; application where it is absent."""
    security_groups: Many[Value[str]]
    subnets: Many[Value[str]]
    deletion_protection: Value[str] | None
    """The attribute deletion_protection.enabled."""


class Forward(Node):
    """A target group that an action of a listener sends to, with its weight."""

    label: ClassVar[str] = "forward"
    names: ClassVar[tuple[Names, ...]] = (
        Names("target_group", Relation.SENDS_TO, ("TargetGroup",), ("TargetGroupArn",)),
    )

    target_group: Value[str] | None
    weight: Value[int] | None
    """None when the action names a single group."""


class Listener(Resource):
    """AWS::ElasticLoadBalancingV2::Listener."""

    type_name: ClassVar[str] = "AWS::ElasticLoadBalancingV2::Listener"
    label: ClassVar[str] = "listener"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("load_balancer", Relation.BELONGS_TO, ("LoadBalancer",), ("LoadBalancerArn",)),
    )

    load_balancer: Value[str] | None
    port: Value[int] | None
    protocol: Value[str] | None
    forwards: Many[Forward]
    """Empty where it redirects or answers by itself."""
    action_types: Many[Value[str]]

    def children(self) -> Iterable[Node]:
        """Where it sends."""
        return self.forwards


class ListenerRule(Resource):
    """AWS::ElasticLoadBalancingV2::ListenerRule."""

    type_name: ClassVar[str] = "AWS::ElasticLoadBalancingV2::ListenerRule"
    label: ClassVar[str] = "listener rule"
    arn_separator: ClassVar[str] = "/"
    names: ClassVar[tuple[Names, ...]] = (
        Names("listener", Relation.BELONGS_TO, ("Listener",), ("ListenerArn",)),
    )

    listener: Value[str] | None
    forwards: Many[Forward]
    action_types: Many[Value[str]]

    def children(self) -> Iterable[Node]:
        """Where it sends."""
        return self.forwards


class TargetGroup(Resource):
    """AWS::ElasticLoadBalancingV2::TargetGroup."""

    type_name: ClassVar[str] = "AWS::ElasticLoadBalancingV2::TargetGroup"
    label: ClassVar[str] = "target group"
    arn_separator: ClassVar[str] = "/"

    target_type: Value[str] | None
    """instance, ip, lambda or alb; instance where it is absent."""
    port: Value[int] | None
    protocol: Value[str] | None
    health_path: Value[str] | None
    health_port: Value[str] | None
    """``traffic-port`` where it is absent."""
    health_interval: Value[int] | None
    health_timeout: Value[int] | None
    health_enabled: Value[bool] | None
    deregistration_seconds: Value[str] | None
    """The attribute deregistration_delay.timeout_seconds; 300 where it is absent."""
