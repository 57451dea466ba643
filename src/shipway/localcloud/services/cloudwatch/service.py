"""CloudWatch's alarms on the cloud's clock."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, ClassVar

from shipway.localcloud import emulator_cloudwatch
from shipway.localcloud.kernel import Kernel, Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.cloudwatch.alarms import Alarm, Point, State, judge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHORTEST_MINUTE = 1.0
"""Real seconds that a minute of metrics takes at least, whatever the clock's scale: metrics of programs
that run at their own pace say nothing over a shorter time."""

_BETWEEN = 0.5  # of a minute, from one judgement to the next


def metric_scale(clock_scale: float) -> float:
    """AWS seconds per real second for metrics and alarms."""
    return min(clock_scale, 60 / SHORTEST_MINUTE)


class CloudWatch(Service):
    """Judges alarms in place of ministack, which knows neither dimensions nor missing data nor our clock.

    Alarms are judged whenever metrics are put and, since silence is a judgement too, in between.
    """

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "CloudWatch", "metrics of the load balancer, and alarms on them"),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self._scale = metric_scale(kernel.clock.scale)
        self._began = threading.Event()
        self._judge_all = emulator_cloudwatch.judge_alarms_by(self._judge)

    def _keep_judging(self) -> None:
        while True:
            self.kernel.clock.pause(_BETWEEN * 60 / self._scale)
            self._judge_all(self.kernel.account, self.kernel.region)

    def _judge(self, alarm: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> tuple[str, str] | None:
        """The state and its reason; `None` leaves the alarm as it is."""
        if not self._began.is_set():
            self._began.set()
            self.kernel.jobs.start("alarms", self._keep_judging)
        settings = Alarm(
            statistic=alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average",
            comparison=str(alarm.get("ComparisonOperator")),
            threshold=float(alarm.get("Threshold") or 0),
            period=float(alarm.get("Period") or 60),
            evaluation_periods=int(alarm.get("EvaluationPeriods") or 1),
            datapoints_to_alarm=alarm.get("DatapointsToAlarm"),
            missing=alarm.get("TreatMissingData") or "missing",
        )
        if not alarm.get("MetricName") or not settings.known:
            self.kernel.ledger.note(
                Fidelity.NOT_HONOURED,
                "CloudWatch alarm",
                "metric math and anomaly detection are not judged: the alarm keeps its state",
                where=str(alarm["AlarmName"]),
            )
            return None
        now = time.time()
        seen = [self._point(point, now) for point in points]
        state, reason = judge(settings, seen, State(alarm["StateValue"]))
        return state.value, reason

    def _point(self, point: Mapping[str, Any], now: float) -> Point:
        age = max(0.0, (now - float(point["Timestamp"])) * self._scale)
        statistics = point.get("_stat")
        if statistics is None:
            return Point(age, float(point["Value"]), float(point.get("Count", 1)))
        return Point(
            age,
            float(point["Value"]),
            float(statistics["SampleCount"]),
            float(statistics["Minimum"]),
            float(statistics["Maximum"]),
        )
