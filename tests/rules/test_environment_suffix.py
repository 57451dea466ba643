"""Where the rules on the environment suffix end: what they must not call wrong."""

from __future__ import annotations

import pytest

from shipway.checks.examples import check_example
from shipway.checks.finding import Severity
from shipway.checks.registry import rule_named

SUFFIX = "Parameters: {EnvironmentSuffix: {Type: String, Default: dev}, Given: {Type: String}}\n"
NAMED = """Resources:
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-a-${EnvironmentSuffix}"}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-b-${EnvironmentSuffix}"}}
"""


def messages(rule: str, template: str) -> list[str]:
    outcome = check_example(rule_named(rule), template)
    assert not outcome.crashes
    return [each.message for each in outcome.findings]


def severities(rule: str, template: str) -> list[Severity]:
    return [each.severity for each in check_example(rule_named(rule), template).findings]


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(
            '{Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "x-${AWS::StackName}"}}', id="stack"
        ),
        pytest.param("{Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Given}}", id="given by hand"),
        pytest.param("{Type: AWS::SNS::Topic}", id="made up by CloudFormation"),
        pytest.param(
            '{Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub "/x/${A}"}}', id="of another"
        ),
        pytest.param("{Type: AWS::IAM::Policy, Properties: {PolicyName: x}}", id="within a role"),
    ],
)
def test_a_name_that_can_differ_is_no_finding(resource: str) -> None:
    assert messages("ENV001", f"{SUFFIX}{NAMED}  C: {resource}\n") == []


@pytest.mark.parametrize(
    ("resource", "severity"),
    [
        ("{Type: AWS::CodeBuild::Project, Properties: {Name: hello}}", Severity.ERROR),
        ("{Type: AWS::ECS::TaskDefinition, Properties: {Family: hello}}", Severity.WARNING),
        ('{Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "x-${AWS::AccountId}"}}', Severity.WARNING),
    ],
)
def test_what_need_not_collide_is_a_warning(resource: str, severity: Severity) -> None:
    assert severities("ENV001", f"{SUFFIX}{NAMED}  C: {resource}\n") == [severity]


def test_a_suffix_that_no_name_bears_is_missed_by_all() -> None:
    template = SUFFIX + "Resources: {C: {Type: AWS::CodeBuild::Project, Properties: {Name: hello}}}\n"
    assert messages("ENV001", template) == [
        "name hello of build project C lacks ${EnvironmentSuffix}, which no name bears"
    ]


def test_a_build_image_is_no_environment() -> None:
    template = "Parameters: {CodeBuildEnvironmentImage: {Type: String, Default: standard}}\n" + NAMED.replace(
        "EnvironmentSuffix", "CodeBuildEnvironmentImage", 1
    ).replace("${EnvironmentSuffix}", "x")
    assert messages("ENV002", template) == []


def test_names_of_an_app_without_parameters_are_compared_by_their_words() -> None:
    rows = "".join(
        f"  T{n}: {{Type: AWS::SNS::Topic, Properties: {{TopicName: hello-{n}-staging}}}}\n" for n in range(4)
    )
    odd = "  Odd: {Type: AWS::SNS::Topic, Properties: {TopicName: hello-odd}}\n"
    assert messages("ENV001", f"Resources:\n{rows}") == []
    assert messages("ENV001", f"Resources:\n{rows}{odd}") == [
        "name hello-odd of topic Odd lacks `staging`, which 4 of 5 names bear"
    ]


def test_the_name_of_another_environment_is_no_part_of_a_longer_one() -> None:
    template = f"{SUFFIX}{NAMED}  C: {{Type: AWS::SSM::Parameter, Properties: {{Value: %s}}}}\n"
    assert messages("ENV002", template % "hello-a-developer") == []
    assert messages("ENV002", template % "tell hello-a-dev of it")


@pytest.mark.parametrize(
    "value",
    [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:acm:us-east-1:111122223333:certificate/x",
        "arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:1",
        "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2",
        '!Sub "arn:aws:sns:${AWS::Region}:${AWS::AccountId}:x"',
    ],
)
def test_what_is_the_same_everywhere_may_be_written_out(value: str) -> None:
    template = f"Resources: {{A: {{Type: AWS::SSM::Parameter, Properties: {{Value: {value}}}}}}}\n"
    assert messages("ENV003", template) == []


def test_the_longest_environment_counts() -> None:
    template = """
Parameters: {Environment: {Type: String, Default: dev, AllowedValues: [dev, staging]}}
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Name: !Sub "%s-${Environment}"}}
"""
    assert messages("ENV004", template % ("x" * 24)) == []
    assert "when Environment is staging" in messages("ENV004", template % ("x" * 25))[0]


def test_a_queue_of_messages_in_order_has_a_dot_in_its_name() -> None:
    assert (
        messages("ENV005", "Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: a.fifo}}}") == []
    )


def test_two_services_of_a_name_may_be_in_two_clusters() -> None:
    template = """
Resources:
  A: {Type: AWS::ECS::Service, Properties: {ServiceName: web, Cluster: one}}
  B: {Type: AWS::ECS::Service, Properties: {ServiceName: web, Cluster: two}}
"""
    assert messages("ENV008", template) == []
