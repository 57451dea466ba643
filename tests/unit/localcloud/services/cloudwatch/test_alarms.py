import pytest

from shipway.localcloud.services.cloudwatch.alarms import Alarm, Point, State, judge, statistic

MINUTE = 60.0


def alarm(**changes: object) -> Alarm:
    settings = {"statistic": "Sum", "comparison": "GreaterThanThreshold", "threshold": 5.0, **changes}
    return Alarm(**settings)  # type: ignore[arg-type] # the tests' own table of settings


def state(alarm_: Alarm, *points: Point, before: State = State.OK) -> State:
    return judge(alarm_, points, before)[0]


def test_it_goes_off_when_the_sum_of_the_period_is_above_the_threshold() -> None:
    assert state(alarm(), Point(1, 3), Point(50, 3)) is State.ALARM
    assert state(alarm(), Point(1, 3), Point(50, 2)) is State.OK


def test_what_is_older_than_the_periods_does_not_count() -> None:
    assert state(alarm(), Point(1, 3), Point(61, 3)) is State.OK


def test_two_periods_must_both_breach() -> None:
    two = alarm(evaluation_periods=2)
    assert state(two, Point(10, 9), Point(70, 1)) is State.OK
    assert state(two, Point(10, 9), Point(70, 9)) is State.ALARM


def test_m_out_of_n() -> None:
    two_of_three = alarm(evaluation_periods=3, datapoints_to_alarm=2)
    assert state(two_of_three, Point(10, 9), Point(70, 1), Point(130, 9)) is State.ALARM
    assert state(two_of_three, Point(10, 9), Point(70, 1), Point(130, 1)) is State.OK


@pytest.mark.parametrize(
    ("missing", "before", "expected"),
    [
        ("notBreaching", State.ALARM, State.OK),
        ("breaching", State.OK, State.ALARM),
        ("missing", State.ALARM, State.INSUFFICIENT_DATA),
        ("ignore", State.ALARM, State.ALARM),
    ],
)
def test_silence_is_judged_as_the_alarm_says(missing: str, before: State, expected: State) -> None:
    assert state(alarm(missing=missing), before=before) is expected


def test_a_missing_period_is_not_enough_for_two_in_a_row() -> None:
    two = alarm(evaluation_periods=2, missing="notBreaching")
    assert state(two, Point(10, 9), before=State.OK) is State.OK
    kept = alarm(evaluation_periods=2, missing="missing")
    assert state(kept, Point(10, 9), before=State.OK) is State.OK
    assert state(kept, Point(10, 9), before=State.ALARM) is State.ALARM


def test_the_reason_reads_as_awss() -> None:
    _, reason = judge(alarm(), [Point(1, 9)], State.OK)
    assert reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [9] was greater than the threshold (5)."
    )
    _, reason = judge(alarm(), [Point(1, 2)], State.ALARM)
    assert reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [2] was not greater than the threshold (5)."
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sum", 14.0),
        ("SampleCount", 5.0),
        ("Average", 2.8),
        ("Minimum", 1.0),
        ("Maximum", 8.0),
        ("p50", 1.0),
        ("p99", 8.0),
    ],
)
def test_statistics_weigh_each_point_by_its_count(name: str, expected: float) -> None:
    points = [Point(0, 1, count=3), Point(0, 3, count=1), Point(0, 8, count=1)]
    assert statistic(name, points) == expected


def test_a_statistic_set_keeps_its_extremes() -> None:
    points = [Point(0, 2.0, count=2, low=1.0, high=3.0)]
    assert (statistic("Minimum", points), statistic("Maximum", points)) == (1.0, 3.0)


def test_bands_of_anomaly_detection_are_not_claimed() -> None:
    assert not alarm(comparison="GreaterThanUpperThreshold").known
