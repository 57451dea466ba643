"""Where the rules on parameters and secrets end: what they must not call wrong."""

from __future__ import annotations

import pytest

from shipway.checks.examples import check_example
from shipway.checks.finding import Severity
from shipway.checks.registry import rule_named

BUILD = """Parameters: {Hidden: {Type: String, NoEcho: true}, Shown: {Type: String}}
Resources:
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {}}}
  Build:
    Type: AWS::CodeBuild::Project
    Properties: {Environment: {EnvironmentVariables: [{Name: %s, Value: %s}]}}
"""
COMMANDS = """Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        BuildSpec: |
          version: 0.2
          env: {secrets-manager: {PASSWORD: "hello:password"}}
          phases: {build: {commands: ['%s']}}
"""


def severities(rule: str, template: str) -> list[Severity]:
    outcome = check_example(rule_named(rule), template)
    assert not outcome.crashes
    return [each.severity for each in outcome.findings]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DB_PASSWORD", "correct-horse", [Severity.ERROR]),
        ("dbPassword", "correct-horse", [Severity.ERROR]),
        ("DB_PASSWORD", "CHANGE_ME", [Severity.WARNING]),
        ("DB_PASSWORD", "!Ref Hidden", [Severity.ERROR]),
        ("DB_PASSWORD", "!Ref Shown", [Severity.WARNING]),
        ("DB_PASSWORD", "'{{resolve:secretsmanager:x:SecretString:y}}'", [Severity.WARNING]),
        ("DB_PASSWORD", "/hello/db/password", []),
        ("DB_SECRET", "!Ref Secret", []),
        ("SECRET_NAME", "hello", []),
        ("TOKEN_URL", "hello", []),
        ("NEXT_PAGE_TOKEN", "hello", []),
        ("USE_TOKEN", "true", []),
    ],
)
def test_a_secret_is_told_by_the_name_and_not_by_a_path(name: str, value: str, found: list[Severity]) -> None:
    assert severities("PARAM001", BUILD % (name, value)) == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("echo $PASSWORD", 1),
        ("echo $PASSWORD | docker login -u hello --password-stdin", 0),
        ("echo $PASSWORD > netrc", 0),
        ("X=$(echo $PASSWORD)", 0),
        ("aws secretsmanager get-secret-value --secret-id hello", 1),
        ("X=$(aws secretsmanager get-secret-value --secret-id hello)", 0),
        ("aws ssm get-parameter --name hello", 0),
        ("printenv", 1),
        ("env FOO=1 make", 0),
    ],
)
def test_what_is_not_shown_is_not_printed(command: str, found: int) -> None:
    assert len(severities("PARAM012", COMMANDS % command)) == found


@pytest.mark.parametrize(
    ("image", "found"),
    [
        ("python:3.12", 1),
        ("docker.io/library/python:3.12", 1),
        ("hello/web:1", 1),
        ("public.ecr.aws/docker/library/python:3.12", 0),
        ("ghcr.io/hello/web:1", 0),
        ("$REPOSITORY/web:1", 0),
        ("localhost:5000/web", 0),
    ],
)
def test_docker_hub_is_where_no_host_is_named(image: str, found: int) -> None:
    assert len(severities("PARAM014", COMMANDS % f"docker pull {image}")) == found


def test_the_base_images_of_the_source_are_read() -> None:
    template = COMMANDS % "docker build ."
    dockerfile = "# file: Dockerfile\nFROM python:3.12 AS base\nFROM base\n"
    assert severities("PARAM014", template) == []
    assert severities("PARAM014", template + dockerfile) == [Severity.WARNING]
    assert severities("PARAM014", template + dockerfile.replace("python", "public.ecr.aws/x/python")) == []


def test_the_whole_of_a_plain_secret_is_its_value() -> None:
    template = """Resources:
  Plain: {Type: AWS::SecretsManager::Secret, Properties: {GenerateSecretString: {PasswordLength: 20}}}
  Data:
    Type: AWS::RDS::DBInstance
    Properties: {MasterUserPassword: !Sub "{{resolve:secretsmanager:${Plain}}}"}
"""
    assert severities("PARAM008", template) == []


@pytest.mark.parametrize("key", ["AKIAIOSFODNN7EXAMPLE", "https://example.org/a:b@c", "ssh://git@host/x"])
def test_what_only_looks_like_a_credential_is_none(key: str) -> None:
    template = f"Resources: {{A: {{Type: AWS::SSM::Parameter, Properties: {{Value: '{key}'}}}}}}\n"
    assert severities("PARAM003", template) == []


def test_a_parameter_without_a_check_is_not_called_too_wide() -> None:
    template = """Parameters: {Service: {Type: String, Default: hello}}
Resources:
  Blue: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Name: !Sub "${Service}-blue"}}
"""
    assert severities("PARAM015", template) == []


def test_a_path_that_stands_above_is_a_use() -> None:
    template = """Resources:
  User: {Type: AWS::SSM::Parameter, Properties: {Name: /hello/user, Value: x}}
  F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {PREFIX: /hello}}}}
"""
    assert severities("PARAM016", template) == []
