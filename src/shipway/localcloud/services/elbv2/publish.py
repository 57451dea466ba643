"""What the balancer counted, as the metrics of ``AWS/ApplicationELB``.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from shipway.localcloud.balancer.metrics import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAMESPACE = "AWS/ApplicationELB"
MOST_PER_CALL = 1000
_MOST_VALUES = 150  # of one datum

Datum = dict[str, Any]


def data_of(
    counts: Mapping[tuple[str, str], Counts], hosts: Mapping[tuple[str, str], tuple[int, int]]
) -> Iterator[Datum]:
    """The data of one period.

    Args:
        counts: By (load balancer, ARN of the target group); the group is empty where none was chosen.
        hosts: (healthy, unhealthy) targets by the same key; a group without targets reports nothing.
    """
    for balancer in {balancer for balancer, _ in counts}:
        mine = [value for (name, _), value in counts.items() if name == balancer]
        yield from _of_counts(sum(mine, start=Counts()), _dimensions(balancer, ""), of_balancer=True)
    for (balancer, group), value in counts.items():
        if group:
            yield from _of_counts(value, _dimensions(balancer, group), of_balancer=False)
    for (balancer, group), numbers in hosts.items():
        for name, number in zip(("HealthyHostCount", "UnHealthyHostCount"), numbers, strict=True):
            yield _count(name, number, _dimensions(balancer, group))


def _of_counts(counts: Counts, dimensions: list[Datum], *, of_balancer: bool) -> Iterator[Datum]:
    yield _count("RequestCount", counts.requests, dimensions)
    # AWS reports the counts of codes and errors only where they are not zero.
    for hundred, number in counts.target_statuses.items():
        yield _count(f"HTTPCode_Target_{hundred}XX_Count", number, dimensions)
    if counts.connection_errors:
        yield _count("TargetConnectionErrorCount", counts.connection_errors, dimensions)
    if of_balancer:
        for status, number in counts.own_statuses.items():
            yield _count(f"HTTPCode_ELB_{status}_Count", number, dimensions)
        for hundred, number in _hundreds(counts.own_statuses).items():
            yield _count(f"HTTPCode_ELB_{hundred}XX_Count", number, dimensions)
    rounded = Counter(round(seconds, 3) for seconds in counts.times)
    values = sorted(rounded)
    for start in range(0, len(values), _MOST_VALUES):
        part = values[start : start + _MOST_VALUES]
        yield {
            "MetricName": "TargetResponseTime",
            "Values": part,
            "Counts": [float(rounded[value]) for value in part],
            "Unit": "Seconds",
            "Dimensions": dimensions,
        }


def _count(name: str, value: int, dimensions: list[Datum]) -> Datum:
    return {"MetricName": name, "Value": value, "Unit": "Count", "Dimensions": dimensions}


def _hundreds(statuses: Mapping[int, int]) -> Counter[int]:
    hundreds: Counter[int] = Counter()
    for status, number in statuses.items():
        hundreds[status // 100] += number
    return hundreds


def _dimensions(balancer: str, group: str) -> list[Datum]:
    named = {"LoadBalancer": balancer}
    if group:
        named["TargetGroup"] = group.split(":")[5]
    return [{"Name": name, "Value": value} for name, value in named.items()]
