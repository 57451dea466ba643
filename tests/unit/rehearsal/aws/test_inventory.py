import pytest
from botocore.exceptions import ClientError

from shipway.rehearsal.aws import inventory
from shipway.rehearsal.aws.inventory import Inventory, Question, added, take
from shipway.rehearsal.facts import Leftover

VPC, BUCKET = Leftover("ec2 vpcs", "vpc-default"), Leftover("s3 buckets", "web-artifacts")


def held(*leftovers, unanswered=()):
    return Inventory(frozenset(leftovers), frozenset(unanswered))


def test_what_was_there_before_is_not_left_over():
    assert added(held(VPC), held(VPC)) == ()
    assert added(held(VPC), held(VPC, BUCKET)) == (BUCKET,)


def test_a_question_that_is_no_longer_answered_is_not_a_clean_answer():
    after = held(VPC, unanswered=["s3 buckets"])
    assert added(held(VPC), after) == (Leftover("s3 buckets", "could not be asked"),)
    assert added(held(VPC, unanswered=["s3 buckets"]), after) == ()


class FakeClient:
    """Lists two pages of buckets, one page of topics, and refuses everything else."""

    def can_paginate(self, operation):
        return operation == "list_buckets"

    def get_paginator(self, _operation):
        return self

    def paginate(self):
        return [{"Buckets": [{"Name": "a"}]}, {"Buckets": [{"Name": "b"}]}]

    def list_topics(self):
        return {}

    def list_roles(self):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListRoles")


class FakeClients:
    def any(self, _service):
        return FakeClient()


def test_all_pages_are_read_and_refusals_are_remembered(monkeypatch):
    monkeypatch.setattr(
        inventory,
        "QUESTIONS",
        (
            Question("s3", "list_buckets", "Buckets[].Name"),
            Question("sns", "list_topics", "Topics[].TopicArn"),
            Question("iam", "list_roles", "Roles[].RoleName"),
        ),
    )
    assert take(FakeClients()) == held(
        Leftover("s3 buckets", "a"), Leftover("s3 buckets", "b"), unanswered=["iam roles"]
    )


@pytest.mark.parametrize("question", inventory.QUESTIONS, ids=lambda one: f"{one.service} {one.operation}")
def test_every_question_is_an_operation_of_boto3_with_that_answer(question):
    """The table is checked against botocore's own models: a misspelt path would find nothing for ever."""
    import boto3  # noqa: PLC0415 - its models are slow to load
    import jmespath  # noqa: PLC0415

    client = boto3.Session("1", "1", region_name="us-east-1").client(question.service)
    operation = client.meta.method_to_api_mapping[question.operation]
    output = client.meta.service_model.operation_model(operation).output_shape
    assert jmespath.search(question.path, _example(output)) == ["x"]


def _example(shape, depth=0):
    match shape.type_name:
        case "structure":
            return (
                {name: _example(part, depth + 1) for name, part in shape.members.items()} if depth < 4 else {}
            )
        case "list":
            return [_example(shape.member, depth + 1)]
        case _:
            return "x"
