import pytest

from shipway.localcloud.services.ecs.planning import (
    Plan,
    SetView,
    TaskView,
    back_off,
    desired_of,
    failure_threshold,
    plan_rolling,
    plan_task_sets,
    steady,
)


def tasks(task_set: str, count: int, *, running: bool = True, healthy: bool = True) -> list[TaskView]:
    return [
        TaskView(f"{task_set}{number}-{running}-{healthy}", task_set, running, healthy)
        for number in range(count)
    ]


def rolling(desired: int, views: list[TaskView], minimum: int = 100, maximum: int = 200) -> Plan:
    return plan_rolling(SetView("new", desired), views, minimum_percent=minimum, maximum_percent=maximum)


@pytest.mark.parametrize(("desired", "scale", "expected"), [(2, 100, 2), (3, 50, 2), (2, 0, 0), (10, 10, 1)])
def test_a_percentage_is_rounded_up(desired: int, scale: float, expected: int) -> None:
    assert desired_of(desired, scale) == expected


def test_each_task_set_gets_what_it_lacks_and_loses_what_is_too_many() -> None:
    plan = plan_task_sets([SetView("a", 3), SetView("b", 1)], [*tasks("a", 1), *tasks("b", 2)])
    assert plan.start == {"a": 2}
    assert len(plan.surplus) == 1
    assert plan.surplus[0].startswith("b")


def test_what_does_not_run_yet_is_stopped_before_what_runs() -> None:
    views = [*tasks("a", 1), *tasks("a", 1, running=False, healthy=False)]
    assert plan_task_sets([SetView("a", 1)], views).surplus == ("a0-False-False",)


def test_an_unhealthy_task_is_replaced() -> None:
    sick = TaskView("x", "a", running=True, healthy=False, unhealthy_in="arn:tg")
    plan = plan_task_sets([SetView("a", 1)], [sick])
    assert plan == Plan({"a": 1}, (), (sick,))


def test_nothing_starts_during_the_back_off() -> None:
    assert plan_task_sets([SetView("a", 1, may_start=False)], []).start == {}


def test_steady_is_all_running_all_healthy_none_too_many() -> None:
    assert steady(2, tasks("a", 2))
    assert not steady(2, tasks("a", 1))
    assert not steady(1, tasks("a", 2))
    assert not steady(1, tasks("a", 1, running=False))
    assert not steady(1, tasks("a", 1, healthy=False))
    assert steady(0, [])


def test_a_rolling_update_starts_new_tasks_up_to_the_maximum() -> None:
    assert rolling(2, tasks("old", 2)).start == {"new": 2}
    assert rolling(4, tasks("old", 4), maximum=150).start == {"new": 2}
    assert rolling(2, tasks("old", 2), maximum=100).start == {}


def test_old_tasks_stay_until_new_ones_are_healthy() -> None:
    starting = tasks("new", 2, healthy=False)
    assert rolling(2, [*tasks("old", 2), *starting]).surplus == ()
    assert len(rolling(2, [*tasks("old", 2), *tasks("new", 1)]).surplus) == 1
    assert len(rolling(2, [*tasks("old", 2), *tasks("new", 2)]).surplus) == 2


def test_with_a_maximum_of_100_the_minimum_makes_room() -> None:
    plan = rolling(2, tasks("old", 2), minimum=50, maximum=100)
    assert plan.start == {}
    assert len(plan.surplus) == 1


def test_old_tasks_that_serve_nobody_go_first() -> None:
    views = [*tasks("old", 1), *tasks("old", 1, healthy=False)]
    assert rolling(2, views).surplus == ("old0-True-False",)


def test_the_circuit_breaker_needs_three_failures_at_least() -> None:
    assert [failure_threshold(count) for count in (1, 10, 25, 1000)] == [3, 5, 13, 200]


def test_the_back_off_doubles_up_to_fifteen_minutes() -> None:
    assert [back_off(count) for count in (0, 1, 2, 3, 20)] == [0, 10, 20, 40, 900]
