"""Where the rules on logs and on removal end: what they must not call wrong, and how sure they are."""

from __future__ import annotations

import pytest

from shipway.checks.examples import check_example
from shipway.checks.finding import Severity
from shipway.checks.registry import rule_named

CONTAINER = """
Parameters: {Given: {Type: String}}
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Image: web
          LogConfiguration:
            LogDriver: %s
            Options: {awslogs-group: %s, awslogs-create-group: "%s"}
"""
KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Statement: [{Effect: Allow, Resource: "*", %s}]}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !GetAtt Key.Arn}
"""
NAMED = """
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: %s}
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: hello
      Source: {Type: NO_SOURCE, BuildSpec: "log to /hello/tests"}
"""
FUNCTION = """
Resources:
  %s: {Type: AWS::Lambda::Function}
"""
BUCKET = """
Resources:
  Artifacts: {Type: AWS::S3::Bucket, Properties: {BucketName: hello-artifacts}}
  Emptier:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {BUCKET: %s}}}
  Emptied:
    Type: Custom::Emptied
    Properties: {ServiceToken: !GetAtt Emptier.Arn, %s}
"""
ENVIRONMENT = """
Parameters: {Environment: {Type: String, Default: %s}}
Resources:
  Artifacts: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}
"""


def findings(name: str, template: str) -> list[Severity]:
    """The severities of what a rule finds."""
    rule = rule_named(name)
    assert rule is not None
    outcome = check_example(rule, template)
    assert not outcome.crashes, outcome.crashes[0].error
    return [each.finding.severity or rule.severity for each in outcome.findings]


@pytest.mark.parametrize(
    ("driver", "group", "creates", "expected"),
    [
        ("awslogs", '!Sub "/ecs/${AWS::StackName}"', "false", [Severity.ERROR]),
        ("awslogs", "/ecs/hello", "false", [Severity.WARNING]),
        ("awslogs", '!Sub "/ecs/${AWS::StackName}"', "true", [Severity.WARNING]),
        ("awslogs", "!Ref Given", "false", []),
        ("awsfirelens", "/ecs/hello", "false", []),
    ],
)
def test_only_a_group_that_nobody_else_can_declare_is_an_error(
    driver: str, group: str, creates: str, expected: list[Severity]
) -> None:
    assert findings("undeclared-container-log-group", CONTAINER % (driver, group, creates)) == expected


@pytest.mark.parametrize(
    ("statement", "shut_out"),
    [
        ('Principal: {Service: logs.eu-west-1.amazonaws.com}, Action: "kms:*"', False),
        ("Principal: {Service: logs.amazonaws.com}, Action: [kms:Encrypt*, kms:GenerateDataKey]", False),
        ('Principal: "*", Action: "kms:*", Condition: {StringLike: {aws:SourceAccount: "1"}}', False),
        ("Principal: {Service: !ImportValue service}, Action: kms:GenerateDataKey*", False),
        ("Principal: {Service: logs.amazonaws.com}, Action: kms:Decrypt", True),
        ('Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*"', True),
        ('Principal: {Service: codebuild.amazonaws.com}, Action: "kms:*"', True),
    ],
)
def test_a_key_admits_logs_by_its_policy_alone(statement: str, *, shut_out: bool) -> None:
    assert bool(findings("key-shuts-out-logs", KEY % statement)) is shut_out


@pytest.mark.parametrize(
    ("name", "unused"),
    [
        ("/aws/codebuild/hello", False),
        ("/aws/codebuild/other", True),
        ("/aws/codepipeline/hello", True),
        ("/hello/tests", False),
        ("/hello/nowhere", True),
        ("/aws/rds/cluster/hello", False),
    ],
)
def test_a_group_is_used_by_who_is_named_so_or_names_it(name: str, *, unused: bool) -> None:
    assert bool(findings("log-group-for-nobody", NAMED % name)) is unused


@pytest.mark.parametrize(
    ("function", "found"),
    [
        ("Notify", True),
        ("CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F", False),
        ("AWS679f53fac002430cb0da5b7982bd22872D164C4C", False),
    ],
)
def test_functions_that_cdk_adds_are_left_alone(function: str, *, found: bool) -> None:
    assert bool(findings("undeclared-function-log-group", FUNCTION % function)) is found


@pytest.mark.parametrize(
    ("variable", "property_", "blocked"),
    [
        ("none", "Bucket: !Ref Artifacts", False),
        ("none", "Bucket: hello-artifacts", False),
        ("!Ref Artifacts", "Version: 1", False),
        ("none", "Bucket: hello", True),
    ],
)
def test_a_bucket_is_emptied_by_a_custom_resource_that_knows_it(
    variable: str, property_: str, *, blocked: bool
) -> None:
    assert bool(findings("undeletable-bucket", BUCKET % (variable, property_))) is blocked


@pytest.mark.parametrize(("environment", "found"), [("dev", True), ("pr-12", True), ("prod", False)])
def test_what_an_environment_may_keep_hangs_on_its_name(environment: str, *, found: bool) -> None:
    assert bool(findings("kept-in-throw-away-environment", ENVIRONMENT % environment)) is found
