from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.services.codedeploy.configs import PREDEFINED, Config, Routing
from shipway.localcloud.services.codedeploy.plan import Shift, shifts

CONFIGS = st.builds(
    Config,
    name=st.just("custom"),
    platform=st.just("ECS"),
    routing=st.sampled_from(Routing),
    percentage=st.integers(1, 99),
    minutes=st.integers(1, 2880),
)


@given(CONFIGS)
def test_weights_sum_to_100_grow_and_end_with_all_on_green(config: Config):
    plan = shifts(config)
    assert all(shift.blue + shift.green == 100 for shift in plan)
    greens = [shift.green for shift in plan]
    assert greens == sorted(set(greens))
    assert greens[-1] == 100
    assert plan[0].wait_minutes == 0


@given(CONFIGS)
def test_every_later_shift_waits_the_interval(config: Config):
    assert all(shift.wait_minutes == config.minutes for shift in shifts(config)[1:])


def test_awss_own_configurations():
    assert shifts(PREDEFINED["CodeDeployDefault.ECSAllAtOnce"]) == (Shift(0, 100),)
    assert shifts(PREDEFINED["CodeDeployDefault.ECSCanary10Percent15Minutes"]) == (
        Shift(0, 10),
        Shift(15, 100),
    )
    linear = shifts(PREDEFINED["CodeDeployDefault.ECSLinear10PercentEvery3Minutes"])
    assert [shift.green for shift in linear] == list(range(10, 101, 10))
    assert sum(shift.wait_minutes for shift in linear) == 27


def test_linear_steps_that_do_not_divide_100_end_with_a_smaller_one():
    assert [shift.green for shift in shifts(Config("c", "ECS", Routing.LINEAR, 30, 1))] == [30, 60, 90, 100]
