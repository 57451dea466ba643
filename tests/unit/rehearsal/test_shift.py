import pytest

from shipway.rehearsal.shift import ALL_AT_ONCE, Shift, from_name, from_routing, steps


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("CodeDeployDefault.ECSAllAtOnce", (0, 100)),
        ("CodeDeployDefault.ECSCanary10Percent5Minutes", (0, 10, 100)),
        ("CodeDeployDefault.ECSCanary10Percent15Minutes", (0, 10, 100)),
        ("CodeDeployDefault.ECSLinear10PercentEvery1Minutes", (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)),
    ],
)
def test_predefined_configurations(name, shares):
    assert from_name(name).percentages == shares


@pytest.mark.parametrize(
    "name", ["ours", "CodeDeployDefault.ECSAllAtOnceBlueGreen", "CodeDeployDefault.OneAtATime"]
)
def test_other_names_are_not_guessed(name):
    assert from_name(name) is None


def test_a_linear_shift_that_does_not_divide_100_ends_at_100():
    assert Shift(30, 30, 1).percentages == (0, 30, 60, 90, 100)


def test_routing_as_the_api_gives_it():
    canary = {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 25, "canaryInterval": 2}}
    linear = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 50, "linearInterval": 3}}
    assert from_routing(canary) == Shift(25, 0, 2)
    assert from_routing(linear).percentages == (0, 50, 100)
    assert from_routing({"type": "AllAtOnce"}) == ALL_AT_ONCE


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (ALL_AT_ONCE, "100 % at once"),
        (Shift(10, 0, 5), "10 % for 5 minutes, then 100 %"),
        (Shift(10, 10, 1), "10 % more every 1 minute"),
    ],
)
def test_a_shift_in_words(shift, said):
    assert str(shift) == said


def test_steps_leave_repetitions_out_and_keep_returns():
    assert steps([0, 0, 10, 10, 0, 0]) == (0, 10, 0)
    assert steps([]) == ()
