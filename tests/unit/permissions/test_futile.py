from typing import Any

import pytest

from shipway.permissions.futile import Flaw, futile_parts
from shipway.permissions.policy import Statement, read_policy
from shipway.permissions.symbols import Kind, Symbols

SYMBOLS = Symbols()
GROUP = SYMBOLS.of(Kind.RESOURCE_NAME, "LogGroup")
TOPIC = SYMBOLS.of(Kind.RESOURCE_NAME, "Topic")
IMPORT = SYMBOLS.of(Kind.ANYTHING, "import")
HERE = "eu-west-1:123456789012"


def _statement(action: Any, resource: Any = "*", condition: Any = None) -> Statement:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return read_policy({"Version": "2012-10-17", "Statement": statement}, name="P").statements[0]


@pytest.mark.parametrize(
    ("action", "resource", "element", "flaw"),
    [
        ("codestar_connections:UseConnection", "*", "Action", Flaw.NO_SUCH_SERVICE),
        ("ecr:PushImage", "*", "Action", Flaw.NO_SUCH_ACTION),
        ("sns:Publish", "alerts", "Resource", Flaw.NOT_AN_ARN),
        ("sns:Publish", TOPIC, "Resource", Flaw.NOT_AN_ARN),
        ("sns:Publish", f"arn:aws:sns:{HERE}: alerts", "Resource", Flaw.BLANK),
        ("s3:GetObject", "arn:aws:s3:::\n b/k", "Resource", Flaw.BLANK),
        ("s3:GetObject", "arn:aws: s3:::b/k", "Resource", Flaw.BLANK),
        ("s3:GetObject", "arn:aws:s3:::b/k ", "Resource", Flaw.BLANK),
        ("ssm:GetParameters", f"arn:aws:ssm:{HERE}:parameter//app/x", "Resource", Flaw.DOUBLE_SLASH),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:{HERE}:secret:db",
            "Resource",
            Flaw.NO_SECRET_SUFFIX,
        ),
        ("ecr:GetAuthorizationToken", f"arn:aws:ecr:{HERE}:repository/a", "Action", Flaw.ONLY_STAR),
        ("ecr:Get*Token", f"arn:aws:ecr:{HERE}:repository/a", "Action", Flaw.ONLY_STAR),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/x", "Action", Flaw.OTHER_RESOURCES),
        ("logs:CreateLogStream", f"arn:aws:logs:{HERE}:log-group:{GROUP}", "Action", Flaw.OTHER_RESOURCES),
        ("s3:ListBucket", "arn:aws:s3:::b/*", "Action", Flaw.OTHER_RESOURCES),
        (
            "codedeploy:GetDeploymentConfig",
            f"arn:aws:codedeploy:{HERE}:deploymentconfig/X",
            "Action",
            Flaw.OTHER_RESOURCES,
        ),
        (
            "codepipeline:StartPipelineExecution",
            f"arn:aws:codepipeline:{HERE}:pipeline/p",
            "Action",
            Flaw.OTHER_RESOURCES,
        ),
        ("ecs:UpdateService", f"arn:aws:ecs:{HERE}:service/web", "Action", Flaw.OTHER_RESOURCES),
        ("codebuild:StartBuild", "arn:aws:codebuild:::project/p", "Action", Flaw.OTHER_RESOURCES),
        ("iam:PassRole", "arn:aws:iam:eu-west-1:123456789012:role/R", "Action", Flaw.OTHER_RESOURCES),
        ("s3:PutObject", f"arn:aws:ecr:{HERE}:repository/a", "Action", Flaw.OTHER_RESOURCES),
    ],
)
def test_what_never_matches(action: str, resource: str, element: str, flaw: Flaw) -> None:
    first, *_ = futile_parts(_statement(action, resource))
    assert (first.element, first.flaw) == (element, flaw)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/x:*"),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:{GROUP}:*"),
        ("logs:PutLogEvents", f"arn:aws:logs:{HERE}:log-group:/x*"),
        ("logs:DescribeLogGroups", f"arn:aws:logs:{HERE}:log-group:*"),
        ("logs:CreateLogGroup", f"arn:aws:logs:{HERE}:log-group:/x"),
        ("s3:GetObject", "arn:aws:s3:::b/with a blank//and slashes"),
        ("s3:*", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:db-??????"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:db-AbC123"),
        ("sns:Publish", IMPORT),
        ("sns:Publish", f"{IMPORT}x"),
        ("sns:Publish", "*"),
        ("ecr:GetAuthorizationToken", "*"),
        ("quicksight:ListUsers", "arn:aws:quicksight:eu-west-1:1:user/x"),
        ("*", "*"),
        ("kms:Decrypt", f"arn:aws:kms:{HERE}:key/k"),
        ("codecommit:GitPull", f"arn:aws:codecommit:{HERE}:repo"),
        ("ecs:RunTask", f"arn:aws:ecs:{HERE}:task-definition/web:*"),
    ],
)
def test_what_may_match_is_left_alone(action: Any, resource: Any) -> None:
    assert not futile_parts(_statement(action, resource))


def test_a_resource_that_no_action_is_about() -> None:
    [part] = futile_parts(_statement("s3:GetObject", ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]))
    assert (part.element, part.text, part.flaw) == ("Resource", "arn:aws:s3:::b", Flaw.OTHER_RESOURCES)


@pytest.mark.parametrize(
    ("condition", "lost"),
    [
        ({"StringEquals": {"iam:PassedToService": "x"}}, ("ecs:RunTask",)),
        ({"Null": {"iam:PassedToService": "false"}}, ("ecs:RunTask",)),
        ({"ForAnyValue:StringNotEquals": {"iam:PassedToService": "x"}}, ("ecs:RunTask",)),
        ({"StringEqualsIfExists": {"iam:PassedToService": "x"}}, None),
        ({"StringNotEquals": {"iam:PassedToService": "x"}}, None),
        ({"Null": {"iam:PassedToService": "true"}}, None),
        ({"StringEquals": {"aws:SourceIp": "x"}}, None),
    ],
)
def test_a_key_that_calls_never_carry(condition: Any, lost: tuple[str, ...] | None) -> None:
    found = futile_parts(_statement(["ecs:RunTask", "iam:PassRole"], "*", condition))
    assert [part.actions for part in found] == ([] if lost is None else [lost])
    assert all(part.flaw is Flaw.NO_SUCH_KEY for part in found)


def test_negated_elements_are_left_alone() -> None:
    document = {"Statement": {"Effect": "Allow", "NotAction": "ecr:PushImage", "NotResource": "alerts"}}
    assert not futile_parts(read_policy(document, name="P").statements[0])
