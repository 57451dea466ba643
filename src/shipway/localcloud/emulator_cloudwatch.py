"""The seams of ministack's CloudWatch: who judges its alarms. See `emulator.py`."""

from __future__ import annotations

import contextvars
import time
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class AlarmJudge(Protocol):
    """Judges an alarm by the data points of its metric with exactly its dimensions."""

    def __call__(
        self, alarm: Mapping[str, Any], points: Sequence[Mapping[str, Any]], /
    ) -> tuple[str, str] | None:
        """The state and its reason; `None` leaves the alarm as it is."""


def judge_alarms_by(judge: AlarmJudge) -> Callable[[str, str], None]:
    """Let `judge` decide when an alarm goes off; what is given back judges all alarms of (account, region).

    ministack's own judgement takes the points of every dimension together, takes the last periods for one,
    and keeps an alarm's state where there are no points.
    """
    from ministack.core.responses import request_scope  # noqa: PLC0415
    from ministack.services import cloudwatch  # noqa: PLC0415

    def evaluate(alarm: dict[str, Any]) -> None:
        wanted = {item["Name"]: item["Value"] for item in alarm.get("Dimensions") or []}
        points = [
            point
            for (namespace, name, _), bucket in list(cloudwatch._metrics.items())  # noqa: SLF001 - seam
            if (namespace, name) == (alarm.get("Namespace"), alarm.get("MetricName"))
            for point in list(bucket)
            if point["Dimensions"] == wanted
        ]
        verdict = judge(alarm, points)
        before = alarm["StateValue"]
        if verdict is None or verdict[0] == before:
            return
        state, reason = verdict
        alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
        cloudwatch._record_history(alarm["AlarmName"], before, state, reason)  # noqa: SLF001 - seam
        cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)  # noqa: SLF001 - seam
        cloudwatch._evaluate_parent_alarms(alarm)  # noqa: SLF001 - seam

    def evaluate_all(account: str, region: str) -> None:
        with request_scope(account, region):
            cloudwatch._evaluate_all_alarms()  # noqa: SLF001 - seam

    cloudwatch._evaluate_alarm = evaluate  # noqa: SLF001 - seam
    return lambda account, region: contextvars.copy_context().run(evaluate_all, account, region)
