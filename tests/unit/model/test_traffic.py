import pytest

from shipway.errors import InputError
from shipway.model.traffic import TrafficShift


@pytest.mark.parametrize(
    ("shift", "name"),
    [
        (TrafficShift.all_at_once(), "CodeDeployDefault.ECSAllAtOnce"),
        (TrafficShift.canary(), "CodeDeployDefault.ECSCanary10Percent5Minutes"),
        (TrafficShift.canary(minutes=15), "CodeDeployDefault.ECSCanary10Percent15Minutes"),
        (TrafficShift.linear(), "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"),
        (TrafficShift.linear(minutes=3), "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"),
        (TrafficShift.canary(percent=20), None),
        (TrafficShift.linear(minutes=5), None),
    ],
)
def test_aws_provides_some_shifts_by_name(shift, name):
    assert shift.predefined == name


@pytest.mark.parametrize("percent", [0, 100, -1, 101])
@pytest.mark.parametrize("make", [TrafficShift.canary, TrafficShift.linear])
def test_a_step_of_nothing_or_everything_is_refused(make, percent):
    with pytest.raises(InputError, match=f"between 1 and 99 .got {percent}."):
        make(percent=percent)


@pytest.mark.parametrize("make", [TrafficShift.canary, TrafficShift.linear])
def test_a_shift_without_waiting_is_refused(make):
    with pytest.raises(InputError, match="all_at_once"):
        make(minutes=0)
