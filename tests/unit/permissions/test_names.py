"""A resource is one string, however a template refers to it."""

from collections.abc import Callable

import pytest

from shipway.model.graph import PipelineGraph
from shipway.permissions.names import Names
from shipway.permissions.symbols import is_opaque

HERE = "${AWS::Region}:${AWS::AccountId}"
# Type, its properties, and expressions that mean its ARN.
SAME = [
    ("AWS::S3::Bucket", "{}", ["!GetAtt It.Arn", "!Sub arn:aws:s3:::${It}"]),
    ("AWS::S3::Bucket", "{BucketName: logs}", ["!GetAtt It.Arn", "arn:aws:s3:::logs"]),
    ("AWS::SNS::Topic", "{}", ["!Ref It", f"!Sub arn:aws:sns:{HERE}:${{It.TopicName}}"]),
    ("AWS::KMS::Key", "{}", ["!GetAtt It.Arn", f"!Sub arn:aws:kms:{HERE}:key/${{It}}"]),
    ("AWS::IAM::Role", "{}", ["!GetAtt It.Arn", "!Sub arn:aws:iam::${AWS::AccountId}:role/${It}"]),
    (
        "AWS::IAM::Role",
        "{RoleName: build, Path: /ci/}",
        ["!GetAtt It.Arn", "!Sub arn:aws:iam::${AWS::AccountId}:role/ci/build"],
    ),
    (
        "AWS::CodePipeline::Pipeline",
        "{Name: release}",
        [f"!Sub arn:aws:codepipeline:{HERE}:${{It}}", f"!Sub arn:aws:codepipeline:{HERE}:release"],
    ),
    (
        "AWS::ECR::Repository",
        "{}",
        [
            "!GetAtt It.Arn",
            f'!Join ["", [!Sub "arn:${{AWS::Partition}}:ecr:{HERE}:repository/", !Ref It]]',
        ],
    ),
]


@pytest.mark.parametrize(("kind", "properties", "expressions"), SAME)
def test_every_way_to_write_an_arn_is_the_same_string(
    graph_of: Callable[[str], PipelineGraph], kind: str, properties: str, expressions: list[str]
) -> None:
    written = "\n".join(f"  O{n}:\n    Value: {each}" for n, each in enumerate(expressions))
    graph = graph_of(
        f"Resources:\n  It:\n    Type: {kind}\n    Properties: {properties}\nOutputs:\n{written}\n"
    )
    names = Names(graph)
    arns = {names.of(output.value) for output in graph.stacks[0].outputs}
    assert arns == {names.arn(graph.resources[0])}


def test_a_name_is_open_until_the_template_gives_one(graph_of: Callable[[str], PipelineGraph]) -> None:
    graph = graph_of(
        """
Resources:
  Open: {Type: AWS::S3::Bucket}
  Given: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "logs-${AWS::AccountId}"}}
"""
    )
    names = Names(graph)
    shown = [names.show(names.name(each)) for each in graph.resources]
    assert shown == ["${Open}", "logs-${AWS::AccountId}"]
    assert is_opaque(names.name(graph.resources[0]))


def test_a_parameter_with_a_leading_slash(graph_of: Callable[[str], PipelineGraph]) -> None:
    graph = graph_of(
        "Resources: {Token: {Type: AWS::SSM::Parameter, Properties: {Name: /app/token, Type: String}}}"
    )
    names = Names(graph)
    assert names.show(names.arn(graph.resources[0])).endswith(":parameter/app/token")


def test_names_that_lead_back_to_themselves(graph_of: Callable[[str], PipelineGraph]) -> None:
    graph = graph_of(
        """
Resources:
  A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref B}}
  B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref A}}
"""
    )
    names = Names(graph)
    assert all(is_opaque(names.arn(each)) for each in graph.resources)
