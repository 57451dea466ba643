"""When an alarm goes off: periods, missing data and M out of N, judged from data points; pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


class State(StrEnum):
    """AWS's states of an alarm."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True)
class Point:
    """A data point.

    Attributes:
        age: Seconds since it was measured, on the clock that the alarm's period counts on.
        value: What was measured; the average of `count` measurements.
        count: For how many measurements it stands.
        low: The least of them.
        high: The greatest of them.
    """

    age: float
    value: float
    count: float = 1.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Alarm:
    """What an alarm watches for; `period` in seconds of the clock of the points."""

    statistic: str
    comparison: str
    threshold: float
    period: float = 60
    evaluation_periods: int = 1
    datapoints_to_alarm: int | None = None
    missing: str = "missing"

    @property
    def known(self) -> bool:
        """Whether this judge understands the comparison; bands of anomaly detection it does not."""
        return self.comparison in _COMPARISONS


def judge(alarm: Alarm, points: Iterable[Point], before: State) -> tuple[State, str]:
    """The alarm's state now and the reason as AWS words it.

    Args:
        alarm: Its settings.
        points: Of its metric with exactly its dimensions.
        before: The state so far, which `ignore` and nothing but missing data keep.
    """
    values = [value for value in _by_period(alarm, points) if value is not None]
    absent = alarm.evaluation_periods - len(values)
    breaches = _COMPARISONS[alarm.comparison]
    breaching = [value for value in values if breaches(value, alarm.threshold)]
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    count = len(breaching) + (absent if alarm.missing == "breaching" else 0)
    if not values and alarm.missing == "missing":
        return State.INSUFFICIENT_DATA, "Insufficient Data: no datapoints were received"
    if not values and alarm.missing == "ignore":
        return before, "no datapoints were received"
    if count >= needed:
        return State.ALARM, _crossed(breaching, count, alarm)
    if absent and alarm.missing in {"missing", "ignore"} and 0 < len(breaching) == len(values):
        return before, "too few datapoints were received"  # what is there breaches, but it is not enough
    held = [value for value in values if value not in breaching]
    return State.OK, _crossed(held, alarm.evaluation_periods - count, alarm, not_=True)


def _by_period(alarm: Alarm, points: Iterable[Point]) -> list[float | None]:
    """One value per evaluation period, the youngest first; `None` where nothing was measured."""
    buckets: list[list[Point]] = [[] for _ in range(alarm.evaluation_periods)]
    for point in points:
        index = int(point.age // alarm.period)
        if 0 <= index < alarm.evaluation_periods:
            buckets[index].append(point)
    return [statistic(alarm.statistic, bucket) if bucket else None for bucket in buckets]


def statistic(name: str, points: Sequence[Point]) -> float:
    """A statistic of points: ``Sum``, ``Average``, ``Minimum``, ``Maximum``, ``SampleCount``, ``p99``."""
    count = sum(point.count for point in points)
    total = sum(point.value * point.count for point in points)
    match name:
        case "Sum":
            return total
        case "SampleCount":
            return count
        case "Minimum":
            return min(point.value if point.low is None else point.low for point in points)
        case "Maximum":
            return max(point.value if point.high is None else point.high for point in points)
        case "Average":
            return total / count if count else 0.0
        case _:
            return _percentile(float(name.lstrip("p")), points, count)


def _percentile(percent: float, points: Sequence[Point], count: float) -> float:
    rank = math.ceil(percent / 100 * count)
    seen = 0.0
    ordered = sorted(points, key=lambda point: point.value)
    for point in ordered:
        seen += point.count
        if seen >= rank:
            return point.value
    return ordered[-1].value


def _crossed(values: list[float], count: int, alarm: Alarm, *, not_: bool = False) -> str:
    told = ", ".join(f"{value:g}" for value in values) or "no datapoints"
    was = "was not" if not_ else "was"
    return (
        f"Threshold Crossed: {count} out of the last {alarm.evaluation_periods} datapoints [{told}] {was} "
        f"{_WORDS[alarm.comparison]} the threshold ({alarm.threshold:g})."
    )


_WORDS = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
