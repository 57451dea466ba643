"""BG021."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.balancer import TargetGroup
from shipway.model.value import known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_RANGES = {
    "HealthCheckIntervalSeconds": (5, 300),
    "HealthCheckTimeoutSeconds": (2, 120),
    "HealthyThresholdCount": (2, 10),
    "UnhealthyThresholdCount": (2, 10),
}
_WITH_A_SHORTER_TIMEOUT = frozenset({"HTTP", "HTTPS"})
_DEFAULT_INTERVAL = 30


@rule(
    id="BG021",
    name="impossible-health-check",
    family=Family.BLUE_GREEN,
    title="Health check of a target group cannot be",
    severity=Severity.ERROR,
    subject=TargetGroup,
    since="0.1",
    rationale="Elastic Load Balancing refuses a timeout that is not shorter than the interval, a "
    "number outside of its range, and a disabled check for instances or addresses.",
    remediation="Keep the timeout below the interval: 5 to 300 seconds for the interval, 2 to 120 for "
    "the timeout, 2 to 10 for the thresholds.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group- "
    "health-checks.html",
    bad="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      Protocol: HTTP
      HealthCheckIntervalSeconds: 10
      HealthCheckTimeoutSeconds: 10  # <-
""",
    good="""
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: ip
      Protocol: HTTP
      HealthCheckIntervalSeconds: 10
      HealthCheckTimeoutSeconds: 5
""",
)
def impossible_health_check(group: TargetGroup, _graph: PipelineGraph) -> Findings:
    """Timeout and interval of a Network Load Balancer's checks were the same for years."""
    for key, (low, high) in _RANGES.items():
        number = known(group.properties.integer(key))
        if number is not None and not low <= number <= high:
            yield Finding(group.at(key), f"{key} {number} of {group.said} is not between {low} and {high}")
    timeout = known(group.health_timeout)
    interval = _DEFAULT_INTERVAL if group.health_interval is None else known(group.health_interval)
    balanced = known(group.protocol) in _WITH_A_SHORTER_TIMEOUT and known(group.target_type) != "lambda"
    if balanced and timeout is not None and interval is not None and timeout >= interval:
        yield Finding(
            group.at("HealthCheckTimeoutSeconds"),
            f"the health check of {group.said} times out after {timeout} seconds, which is not shorter than "
            f"its interval of {interval}",
        )
    if known(group.health_enabled) is False and known(group.target_type) != "lambda":
        yield Finding(
            group.at("HealthCheckEnabled"), f"{group.said} disables the health check, which only Lambda may"
        )
