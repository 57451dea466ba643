"""The seams of ministack that we rely on, held by what they do."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError


@pytest.fixture
def deploy(cloud: Any) -> Callable[..., tuple[str, dict[str, str]]]:
    """Creates a stack; gives its name and outputs."""

    def create(
        resources: dict[str, Any], outputs: dict[str, Any] | None = None
    ) -> tuple[str, dict[str, str]]:
        name = f"stack-{uuid.uuid4().hex[:8]}"
        body = {"Resources": resources, "Outputs": {k: {"Value": v} for k, v in (outputs or {}).items()}}
        cfn = cloud.client("cloudformation")
        cfn.create_stack(StackName=name, TemplateBody=json.dumps(body))
        cfn.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
        stack = cfn.describe_stacks(StackName=name)["Stacks"][0]
        return name, {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}

    return create


def delete(cloud: Any, name: str) -> None:
    cfn = cloud.client("cloudformation")
    cfn.delete_stack(StackName=name)
    cfn.get_waiter("stack_delete_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 50}
    )


def test_property_that_no_provisioner_reads_is_listed_as_not_honoured(cloud, deploy) -> None:
    deploy(
        {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "t", "NoSuchProperty": {"a": 1}}}}
    )

    entries = cloud.control("ledger")["entries"]

    whats = {entry["what"] for entry in entries if entry["fidelity"] == "not honoured"}
    assert "AWS::SNS::Topic NoSuchProperty" in whats
    assert "AWS::SNS::Topic TopicName" not in whats


def test_property_that_matters_at_deletion_is_not_listed(cloud, deploy) -> None:
    name, _ = deploy({"Images": {"Type": "AWS::ECR::Repository", "Properties": {"EmptyOnDelete": True}}})

    whats = {entry["what"] for entry in cloud.control("ledger")["entries"]}

    assert "AWS::ECR::Repository EmptyOnDelete" not in whats
    delete(cloud, name)


def test_bucket_with_objects_fails_the_deletion_of_its_stack(cloud, deploy) -> None:
    name, outputs = deploy({"Bucket": {"Type": "AWS::S3::Bucket"}}, {"Name": {"Ref": "Bucket"}})
    s3 = cloud.client("s3")
    s3.put_object(Bucket=outputs["Name"], Key="left", Body=b"behind")

    with pytest.raises(WaiterError):
        delete(cloud, name)

    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cloud.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
    ]
    assert any("not empty" in reason for reason in reasons)
    s3.delete_object(Bucket=outputs["Name"], Key="left")
    delete(cloud, name)


def test_auto_delete_objects_empties_a_versioned_bucket_first(cloud, deploy) -> None:
    name, outputs = deploy(
        {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"VersioningConfiguration": {"Status": "Enabled"}},
            },
            "Emptied": {
                "Type": "Custom::S3AutoDeleteObjects",
                "Properties": {"ServiceToken": "arn:aws:lambda:::none", "BucketName": {"Ref": "Bucket"}},
            },
        },
        {"Name": {"Ref": "Bucket"}},
    )
    s3 = cloud.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket=outputs["Name"], Key="k", Body=body)
    s3.delete_object(Bucket=outputs["Name"], Key="k")

    delete(cloud, name)

    with pytest.raises(ClientError, match=r"404|NoSuchBucket|Not Found"):
        s3.head_bucket(Bucket=outputs["Name"])


def test_vpc_with_nat_gateway_and_crossed_security_groups_comes_and_goes(cloud, deploy) -> None:
    vpc = {"Ref": "Vpc"}

    def group(text: str) -> dict[str, Any]:
        return {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": text, "VpcId": vpc}}

    def rule(kind: str, group_name: str, peer_key: str, peer: str) -> dict[str, Any]:
        return {
            "Type": f"AWS::EC2::SecurityGroup{kind}",
            "Properties": {
                "GroupId": {"Fn::GetAtt": [group_name, "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": 8080,
                "ToPort": 8080,
                peer_key: {"Fn::GetAtt": [peer, "GroupId"]},
            },
        }

    name, outputs = deploy(
        {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}},
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": vpc, "CidrBlock": "10.9.0.0/24"},
            },
            "Ip": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
            "Nat": {
                "Type": "AWS::EC2::NatGateway",
                "Properties": {
                    "SubnetId": {"Ref": "Subnet"},
                    "AllocationId": {"Fn::GetAtt": ["Ip", "AllocationId"]},
                },
            },
            "A": group("balancer"),
            "B": group("tasks"),
            "AtoB": rule("Egress", "A", "DestinationSecurityGroupId", "B"),
            "BfromA": rule("Ingress", "B", "SourceSecurityGroupId", "A"),
        },
        {"Nat": {"Ref": "Nat"}, "Ip": {"Ref": "Ip"}, "B": {"Fn::GetAtt": ["B", "GroupId"]}},
    )
    ec2 = cloud.client("ec2")
    ingress = ec2.describe_security_groups(GroupIds=[outputs["B"]])["SecurityGroups"][0]["IpPermissions"]

    assert [(p["FromPort"], len(p["UserIdGroupPairs"])) for p in ingress] == [(8080, 1)]
    assert outputs["Ip"] in {a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]}
    delete(cloud, name)
    assert outputs["Ip"] not in {a["PublicIp"] for a in ec2.describe_addresses()["Addresses"]}
    states = {n["NatGatewayId"]: n["State"] for n in ec2.describe_nat_gateways()["NatGateways"]}
    assert states.get(outputs["Nat"], "deleted") == "deleted"
