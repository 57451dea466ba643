from datetime import UTC, datetime

import pytest

from shipway.localcloud.services.elbv2.query import encode_response, parse_request
from shipway.localcloud.wire import ServiceError


def test_a_form_becomes_the_request_that_the_model_describes() -> None:
    form = {
        "Action": "CreateListener",
        "Version": "2015-12-01",
        "LoadBalancerArn": "arn:lb",
        "Port": "80",
        "DefaultActions.member.1.Type": "forward",
        "DefaultActions.member.1.ForwardConfig.TargetGroups.member.2.TargetGroupArn": "arn:green",
        "DefaultActions.member.1.ForwardConfig.TargetGroups.member.2.Weight": "10",
        "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn": "arn:blue",
        "DefaultActions.member.1.ForwardConfig.TargetGroupStickinessConfig.Enabled": "false",
    }
    forward = {
        "TargetGroups": [{"TargetGroupArn": "arn:blue"}, {"TargetGroupArn": "arn:green", "Weight": 10}],
        "TargetGroupStickinessConfig": {"Enabled": False},
    }
    assert parse_request("elbv2", "CreateListener", form) == {
        "LoadBalancerArn": "arn:lb",
        "Port": 80,
        "DefaultActions": [{"Type": "forward", "ForwardConfig": forward}],
    }


def test_an_empty_list_is_an_empty_list() -> None:
    form = {"LoadBalancerArn": "arn:lb", "SecurityGroups": ""}
    assert parse_request("elbv2", "SetSecurityGroups", form)["SecurityGroups"] == []


@pytest.mark.parametrize("form", [{}, {"LoadBalancerArn": "arn:lb", "Port": "eighty", "DefaultActions": ""}])
def test_what_the_model_does_not_allow_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(ServiceError) as caught:
        parse_request("elbv2", "CreateListener", form)
    assert caught.value.code == "ValidationError"


def test_answers_are_escaped_and_leave_out_what_is_none() -> None:
    made = datetime(2026, 1, 2, tzinfo=UTC)
    item = {"LoadBalancerName": "a<b", "CreatedTime": made, "VpcId": None, "SecurityGroups": ["sg-1"]}
    xml = encode_response("elbv2", "DescribeLoadBalancers", {"LoadBalancers": [item]}).decode()
    assert "<LoadBalancerName>a&lt;b</LoadBalancerName>" in xml
    assert "<CreatedTime>2026-01-02T00:00:00+00:00</CreatedTime>" in xml
    assert "<SecurityGroups><member>sg-1</member></SecurityGroups>" in xml
    assert "VpcId" not in xml
