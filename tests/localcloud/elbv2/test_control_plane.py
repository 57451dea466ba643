from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def elb(cloud: Any) -> Any:
    return cloud.client("elbv2")


@pytest.fixture
def group(elb: Any) -> str:
    return new_group(elb)


@pytest.fixture
def balancer(elb: Any) -> str:
    answer = elb.create_load_balancer(Name=f"b{uuid4().hex[:8]}", Subnets=[])
    return str(answer["LoadBalancers"][0]["LoadBalancerArn"])


def new_group(elb: Any) -> str:
    answer = elb.create_target_group(
        Name=f"g{uuid4().hex[:8]}", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip"
    )
    return str(answer["TargetGroups"][0]["TargetGroupArn"])


def forward(*weights: tuple[str, int]) -> list[dict[str, Any]]:
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]


def listen(elb: Any, balancer: str, actions: list[dict[str, Any]], port: int = 80) -> dict[str, Any]:
    answer = elb.create_listener(LoadBalancerArn=balancer, Port=port, Protocol="HTTP", DefaultActions=actions)
    return dict(answer["Listeners"][0])


def test_weights_are_kept_through_create_modify_and_describe(elb: Any, balancer: str, group: str) -> None:
    other = new_group(elb)
    made = listen(elb, balancer, forward((group, 90), (other, 10)))
    elb.modify_listener(ListenerArn=made["ListenerArn"], DefaultActions=forward((group, 0), (other, 100)))
    (told,) = elb.describe_listeners(ListenerArns=[made["ListenerArn"]])["Listeners"]
    weights = told["DefaultActions"][0]["ForwardConfig"]["TargetGroups"]
    assert {item["TargetGroupArn"]: item["Weight"] for item in weights} == {group: 0, other: 100}
    (default,) = elb.describe_rules(ListenerArn=made["ListenerArn"])["Rules"]
    assert default["IsDefault"]
    assert default["Actions"] == told["DefaultActions"]


def test_a_short_forward_is_told_in_both_of_awss_ways(elb: Any, balancer: str, group: str) -> None:
    made = listen(elb, balancer, [{"Type": "forward", "TargetGroupArn": group}])
    (action,) = made["DefaultActions"]
    assert action["TargetGroupArn"] == group
    assert action["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": group, "Weight": 1}]


def test_a_group_knows_its_load_balancer_by_any_rule(elb: Any, balancer: str, group: str) -> None:
    other = new_group(elb)
    made = listen(elb, balancer, forward((group, 1)))
    elb.create_rule(
        ListenerArn=made["ListenerArn"],
        Priority=5,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
        Actions=forward((other, 1)),
    )
    told = elb.describe_target_groups(TargetGroupArns=[group, other])["TargetGroups"]
    assert [item["LoadBalancerArns"] for item in told] == [[balancer], [balancer]]
    with pytest.raises(ClientError, match="ResourceInUse"):
        elb.delete_target_group(TargetGroupArn=other)
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    elb.delete_target_group(TargetGroupArn=other)
    with pytest.raises(ClientError, match="ListenerNotFound"):
        elb.describe_listeners(ListenerArns=[made["ListenerArn"]])


def test_rules_stand_in_the_order_of_their_priority(elb: Any, balancer: str, group: str) -> None:
    listener = listen(elb, balancer, forward((group, 1)))["ListenerArn"]
    made = [
        elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{priority}"]}}],
            Actions=forward((group, 1)),
        )["Rules"][0]["RuleArn"]
        for priority in (20, 3)
    ]
    told = elb.describe_rules(ListenerArn=listener)["Rules"]
    assert [rule["Priority"] for rule in told] == ["3", "20", "default"]
    assert told[0]["Conditions"][0]["Values"] == ["/3"]
    with pytest.raises(ClientError, match="PriorityInUse"):
        elb.set_rule_priorities(RulePriorities=[{"RuleArn": made[0], "Priority": 3}])
    elb.set_rule_priorities(
        RulePriorities=[{"RuleArn": made[0], "Priority": 3}, {"RuleArn": made[1], "Priority": 20}]
    )
    with pytest.raises(ClientError, match="cannot be deleted"):
        elb.delete_rule(RuleArn=told[-1]["RuleArn"])


@pytest.mark.parametrize(
    ("call", "request_", "code"),
    [
        ("create_load_balancer", {"Name": "x" * 33, "Subnets": []}, "ValidationError"),
        ("create_load_balancer", {"Name": "x", "Subnets": ["subnet-00000000"]}, "SubnetNotFound"),
        ("describe_load_balancers", {"Names": ["nothing"]}, "LoadBalancerNotFound"),
        ("create_target_group", {"Name": "x", "TargetType": "ip"}, "ValidationError"),
        ("describe_target_health", {"TargetGroupArn": "arn:none"}, "TargetGroupNotFound"),
        ("describe_rules", {"ListenerArn": "arn:none"}, "ListenerNotFound"),
        ("describe_ssl_policies", {}, "NotImplementedException"),
    ],
)
def test_errors_have_awss_codes(elb: Any, call: str, request_: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(elb, call)(**request_)
    assert caught.value.response["Error"]["Code"] == code


def test_one_port_one_listener_and_one_group_one_load_balancer(elb: Any, balancer: str, group: str) -> None:
    listen(elb, balancer, forward((group, 1)))
    with pytest.raises(ClientError, match="DuplicateListener"):
        listen(elb, balancer, forward((group, 1)))
    other = elb.create_load_balancer(Name=f"b{uuid4().hex[:8]}", Subnets=[])["LoadBalancers"][0]
    with pytest.raises(ClientError, match="TargetGroupAssociationLimit"):
        listen(elb, other["LoadBalancerArn"], forward((group, 1)))
    with pytest.raises(ClientError, match="must be between 0 and 999"):
        listen(elb, balancer, forward((group, 1000)), port=81)


def test_a_protected_load_balancer_stays(elb: Any, balancer: str) -> None:
    def protect(value: str) -> None:
        attribute = {"Key": "deletion_protection.enabled", "Value": value}
        elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[attribute])

    protect("true")
    with pytest.raises(ClientError, match="deletion protection is enabled"):
        elb.delete_load_balancer(LoadBalancerArn=balancer)
    protect("false")
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    elb.delete_load_balancer(LoadBalancerArn=balancer)  # no error, as on AWS


def test_tags(elb: Any, balancer: str) -> None:
    elb.add_tags(ResourceArns=[balancer], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    elb.remove_tags(ResourceArns=[balancer], TagKeys=["a"])
    told = elb.describe_tags(ResourceArns=[balancer])["TagDescriptions"]
    assert told == [{"ResourceArn": balancer, "Tags": [{"Key": "b", "Value": "2"}]}]


def test_what_the_data_plane_does_not_do_stands_in_the_ledger(
    cloud: Any, elb: Any, balancer: str, group: str
) -> None:
    stickiness = {"Key": "stickiness.enabled", "Value": "true"}
    elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[stickiness])
    elb.create_listener(
        LoadBalancerArn=balancer,
        Port=443,
        Protocol="HTTPS",
        Certificates=[{"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/x"}],
        DefaultActions=forward((group, 1)),
    )
    subjects = {
        entry["what"] for entry in cloud.control("ledger")["entries"] if entry["fidelity"] == "not honoured"
    }
    assert {"HTTPS listener", "target group stickiness"} <= subjects
