from hypothesis import given
from hypothesis import strategies as st

from shipway.localcloud.services.codedeploy.listeners import Pair, only, shifted, target_groups

PAIR = Pair("blue", "green")
SIMPLE = [{"Type": "forward", "TargetGroupArn": "blue"}]


@given(first=st.integers(0, 100), second=st.integers(0, 100))
def test_weights_replace_each_other_and_keep_both_groups(first: int, second: int):
    actions = shifted(shifted(SIMPLE, PAIR, first), PAIR, second)
    assert actions == [
        {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [
                    {"TargetGroupArn": "blue", "Weight": 100 - second},
                    {"TargetGroupArn": "green", "Weight": second},
                ]
            },
        }
    ]
    assert target_groups(actions) == {"blue", "green"}


def test_other_actions_and_stickiness_stay():
    login = {"Type": "authenticate-oidc", "Order": 1}
    sticky = {"Enabled": True, "DurationSeconds": 60}
    forward = {
        "Type": "forward",
        "Order": 2,
        "TargetGroupArn": "blue",
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": "blue"}],
            "TargetGroupStickinessConfig": sticky,
        },
    }
    first, second = shifted([login, forward], PAIR, 10)
    assert first == login
    assert second["Order"] == 2
    assert second["ForwardConfig"]["TargetGroupStickinessConfig"] == sticky
    assert "TargetGroupArn" not in second


def test_rule_of_another_service_is_left_alone():
    other = [{"Type": "forward", "TargetGroupArn": "other"}]
    assert shifted(other, PAIR, 10) == only(other, PAIR, 100) == other


def test_network_load_balancer_gets_one_group_without_weights():
    assert only(SIMPLE, PAIR, 0) == SIMPLE
    assert only(SIMPLE, PAIR, 100) == [{"Type": "forward", "TargetGroupArn": "green"}]
