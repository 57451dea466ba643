"""What the control plane tells the data plane: listeners, rules, target groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Target(NamedTuple):
    """A registered target: a private address and the port on which it serves."""

    address: str
    port: int


@dataclass(frozen=True)
class HealthCheck:
    """How a target group judges its targets; durations in AWS seconds.

    Attributes:
        port: ``None`` means the port on which the target receives traffic.
        matcher: HTTP codes as AWS writes them: ``200``, ``200,202``, ``200-399``.
        http: False for a check that only connects (TCP).
    """

    path: str = "/"
    port: int | None = None
    interval: float = 30
    timeout: float = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    matcher: str = "200"
    http: bool = True


@dataclass(frozen=True)
class Group:
    """A target group.

    Attributes:
        deregistration_delay: AWS seconds for which a target keeps what it has begun.
    """

    arn: str
    check: HealthCheck = field(default_factory=HealthCheck)
    deregistration_delay: float = 300


@dataclass(frozen=True)
class Forward:
    """Send the request to one of the groups, chosen by weight."""

    weights: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class FixedResponse:
    """Answer without a target."""

    status: int
    content_type: str = "text/plain"
    body: str = ""


@dataclass(frozen=True)
class Redirect:
    """Send the client elsewhere; members may hold AWS's ``#{host}`` and the like."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True)
class Unsupported:
    """An action that this balancer cannot take (authentication, for example); answered with 501."""

    action_type: str


Action = Forward | FixedResponse | Redirect | Unsupported


@dataclass(frozen=True)
class Condition:
    """What a request must have for a rule to apply; one value that matches is enough.

    Attributes:
        kind: AWS's field name: ``path-pattern``, ``host-header``, ``http-header``, ``http-request-method``,
            ``query-string`` or ``source-ip``.
        values: Patterns; for ``query-string`` ``key=value`` or ``value``.
        header: The header's name for ``http-header``.
    """

    kind: str
    values: tuple[str, ...]
    header: str = ""


@dataclass(frozen=True)
class Rule:
    """The first rule whose conditions all hold decides; the default rule has none and stands last."""

    conditions: tuple[Condition, ...]
    action: Action


@dataclass(frozen=True)
class Listener:
    """A listener of an application load balancer, its rules in the order in which they are tried.

    Attributes:
        port: AWS's port; on this machine the proxy takes a free one.
        dimension: The load balancer as CloudWatch names it: ``app/NAME/ID``.
    """

    arn: str
    load_balancer_arn: str
    dns_name: str
    port: int
    protocol: str
    dimension: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Configuration:
    """Everything that the data plane knows about the control plane at one moment."""

    listeners: tuple[Listener, ...] = ()
    groups: tuple[Group, ...] = ()

    def used_groups(self) -> frozenset[str]:
        """Groups that some rule forwards to, whatever their weight: AWS checks the health of these."""
        return frozenset(
            arn
            for listener in self.listeners
            for rule in listener.rules
            if isinstance(rule.action, Forward)
            for arn, _ in rule.action.weights
        )
