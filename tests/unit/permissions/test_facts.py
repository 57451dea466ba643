"""The facts about AWS: catalogue, managed policies, table of needs, ARN formats."""

import pytest

from shipway.permissions.catalogue import action_named, expand, has_key, service_known
from shipway.permissions.datafiles import read_data
from shipway.permissions.managed import managed_policies_named, managed_policy, managed_policy_exists
from shipway.permissions.needs_table import Impact, needs_table
from shipway.permissions.policy import Attachment


def test_an_action_by_any_case() -> None:
    action = action_named("ECS:registertaskdefinition")
    assert action is not None
    assert action.name == "ecs:RegisterTaskDefinition"
    assert action.resources == ("task-definition",)
    assert action.arns[0].startswith("arn:${Partition}:ecs:${Region}:${Account}:task-definition/")


@pytest.mark.parametrize(
    "name", ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition", "ec2:DescribeSubnets"]
)
def test_some_actions_know_no_resources(name: str) -> None:
    action = action_named(name)
    assert action is not None
    assert not action.arns


def test_expanding_shows_what_a_wildcard_contains() -> None:
    contained = expand("ecr:*Layer*")
    assert contained is not None
    assert {action.name for action in contained} == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
    }


def test_unknown_is_not_empty() -> None:
    assert expand("ecr:PushImage") == ()
    assert expand("quicksight:*") is None
    assert expand("*") is None
    assert expand("../needs:*") is None
    assert service_known("ECS")
    assert not service_known("quicksight")


@pytest.mark.parametrize(
    ("action", "key", "expected"),
    [
        ("iam:PassRole", "iam:PassedToService", True),
        ("ecs:RunTask", "iam:PassedToService", False),
        ("ecs:RunTask", "aws:SourceIp", True),
        ("ecs:TagResource", "ecs:CreateAction", True),
        ("ecs:CreateCluster", "aws:RequestTag/team", True),
        ("ecs:DescribeServices", "aws:RequestTag/team", False),
        ("s3:GetObject", "s3:ExistingObjectTag/team", True),
        ("kms:Decrypt", "kms:ViaService", True),
    ],
)
def test_condition_keys_of_an_action(action: str, key: str, expected: object) -> None:
    known = action_named(action)
    assert known is not None
    assert has_key(known, key) is expected


def test_managed_policies() -> None:
    arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    policy = managed_policy(arn)
    assert policy is not None
    assert policy.attachment is Attachment.IDENTITY
    assert not any(statement.problems for statement in policy.statements)
    assert managed_policy(arn.replace("arn:aws:", "arn:aws-cn:")) is not None
    assert managed_policy("arn:aws:iam::aws:policy/Invented") is None


def test_every_managed_policy_reads_without_problems() -> None:
    for arn in read_data("managed-policies"):
        policy = managed_policy(arn)
        assert policy is not None
        assert managed_policy_exists(arn)
        assert not [one.problems for one in policy.statements if one.problems]


def test_invented_names_and_wrong_paths_are_told() -> None:
    assert not managed_policy_exists("arn:aws:iam::aws:policy/AWSCodePipelineFullAccess")
    assert managed_policy_exists("arn:aws:iam::aws:policy/AWSCodePipeline_FullAccess")
    assert not managed_policy_exists("arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy")
    assert managed_policies_named("AmazonECSTaskExecutionRolePolicy") == (
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    )


def test_every_need_has_a_source_and_real_actions() -> None:
    for entry in needs_table().values():
        assert entry.source_url.startswith("https://")
        assert entry.basis
        assert entry.why
        for action in entry.actions:
            assert action_named(action) is not None, action


def test_unsure_needs_are_marked() -> None:
    table = needs_table()
    assert table["action.cdecs.passrole"].sure
    assert table["action.cdecs.passrole"].impact is Impact.FAILS
    assert table["source.codecommit.cancel"].impact is Impact.DOCUMENTED
    assert not table["task.exec"].sure  # unverified


@pytest.mark.parametrize(
    ("kind", "ref", "arn"),
    [
        ("AWS::S3::Bucket", "${Name}", "arn:${Partition}:s3:::${Name}"),
        ("AWS::SNS::Topic", "${Arn}", "arn:${Partition}:sns:${Region}:${Account}:${Name}"),
        ("AWS::KMS::Key", "${Id}", "arn:${Partition}:kms:${Region}:${Account}:key/${Id}"),
        ("AWS::IAM::Role", "${Name}", "arn:${Partition}:iam::${Account}:role/${Path}${Name}"),
    ],
)
def test_arn_formats(kind: str, ref: str, arn: str) -> None:
    entry = read_data("arns")[kind]
    assert (entry["ref"], entry["arn"]) == (ref, arn)


def test_what_people_wrote_wins() -> None:
    everything = read_data("arns")
    for kind, entry in read_data("arns-by-hand").items():
        assert everything[kind] == entry
