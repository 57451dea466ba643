"""What a request asks for, and which permissions that needs."""

from __future__ import annotations

import json

import pytest

from shipway.localcloud.authorization.calls import read_call
from shipway.localcloud.authorization.registry import key_of_login, read_registry, with_login
from shipway.localcloud.authorization.resources import Place, wanted
from shipway.localcloud.authorization.s3 import read_s3

REGION, ACCOUNT = "eu-west-1", "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/task"


class Known:
    """A cloud that knows one of everything."""

    def deployment_group(self, _deployment_id: str) -> tuple[str, str]:
        return "app", "group"

    def secret_arn(self, _secret_id: str) -> str:
        return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:login-AbCdEf"

    def task_roles(self, _task_definition: str) -> tuple[str, ...]:
        return (ROLE,)


PLACE = Place(REGION, ACCOUNT, Known())


def needed(service: str, operation: str, parameters: dict[str, object]) -> list[tuple[str, str]]:
    call = read_call("POST", "/", service, f"Prefix_2020.{operation}", json.dumps(parameters).encode())
    assert call is not None
    found = wanted(call, PLACE)
    assert found is not None
    return [(one.action, one.resource.removeprefix("arn:aws:")) for one in found]


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "resource"),
    [
        ("ecr", "DescribeImages", {"repositoryName": "app"}, "ecr:eu-west-1:111111111111:repository/app"),
        ("ecr", "GetAuthorizationToken", {}, "*"),
        ("codecommit", "GetBranch", {"repositoryName": "app"}, "codecommit:eu-west-1:111111111111:app"),
        ("codebuild", "StartBuild", {"projectName": "b"}, "codebuild:eu-west-1:111111111111:project/b"),
        ("codebuild", "BatchGetBuilds", {"ids": ["b:1"]}, "codebuild:eu-west-1:111111111111:project/b"),
        (
            "codedeploy",
            "CreateDeployment",
            {"applicationName": "app", "deploymentGroupName": "group"},
            "codedeploy:eu-west-1:111111111111:deploymentgroup:app/group",
        ),
        (
            "codedeploy",
            "GetDeployment",
            {"deploymentId": "d-1"},
            "codedeploy:eu-west-1:111111111111:deploymentgroup:app/group",
        ),
        (
            "codedeploy",
            "GetApplication",
            {"applicationName": "app"},
            "codedeploy:eu-west-1:111111111111:application:app",
        ),
        (
            "logs",
            "PutLogEvents",
            {"logGroupName": "/a/b", "logStreamName": "s"},
            "logs:eu-west-1:111111111111:log-group:/a/b:log-stream:s",
        ),
        ("ssm", "GetParameter", {"Name": "/a/b"}, "ssm:eu-west-1:111111111111:parameter/a/b"),
        (
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": "login"},
            "secretsmanager:eu-west-1:111111111111:secret:login-AbCdEf",
        ),
        (
            "ecs",
            "UpdateService",
            {"cluster": "arn:aws:ecs:eu-west-1:1:cluster/c", "service": "s"},
            "ecs:eu-west-1:111111111111:service/c/s",
        ),
        ("monitoring", "DescribeAlarms", {"AlarmNames": ["a"]}, "cloudwatch:eu-west-1:111111111111:alarm:a"),
        (
            "codepipeline",
            "StartPipelineExecution",
            {"name": "release"},
            "codepipeline:eu-west-1:111111111111:release",
        ),
    ],
)
def test_the_resource_of_a_call(
    service: str, operation: str, parameters: dict[str, object], resource: str
) -> None:
    assert [where for _, where in needed(service, operation, parameters)] == [resource]


def test_several_resources_must_all_be_allowed() -> None:
    asked = needed("ssm", "GetParameters", {"Names": ["/a", "/b"]})
    assert [where.rpartition(":")[2] for _, where in asked] == ["parameter/a", "parameter/b"]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("RegisterTaskDefinition", {"family": "app", "taskRoleArn": "task"}),
        ("CreateTaskSet", {"cluster": "c", "service": "s", "taskDefinition": "app:1"}),
    ],
)
def test_roles_that_are_handed_over(operation: str, parameters: dict[str, object]) -> None:
    assert ("iam:PassRole", ROLE.removeprefix("arn:aws:")) in needed("ecs", operation, parameters)


def test_lists_of_the_query_protocol() -> None:
    body = b"Action=DescribeTargetHealth&Targets.member.1.Id=a&Names.member.1=x&Names.member.2=y"
    call = read_call("POST", "/", "elasticloadbalancing", "", body)
    assert call is not None
    assert (call.action, call.protocol) == ("elasticloadbalancing:DescribeTargetHealth", "query")
    assert call.texts("Names") == ("x", "y")


def test_what_is_no_known_call() -> None:
    assert read_call("GET", "/somewhere", "apigateway", "", b"") is None
    unknown = read_call("POST", "/", "ecs", "X.NoSuchOperation", b"not json")
    assert unknown is not None
    assert wanted(unknown, PLACE) is None


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/b/a/k.zip", "", ("s3:GetObject", "arn:aws:s3:::b/a/k.zip")),
        ("GET", "/b/k", "versionId=1", ("s3:GetObjectVersion", "arn:aws:s3:::b/k")),
        ("HEAD", "/b/k", "", ("s3:GetObject", "arn:aws:s3:::b/k")),
        ("PUT", "/b/k%20x", "", ("s3:PutObject", "arn:aws:s3:::b/k x")),
        ("POST", "/b/k", "uploads=", ("s3:PutObject", "arn:aws:s3:::b/k")),
        ("DELETE", "/b/k", "uploadId=1", ("s3:AbortMultipartUpload", "arn:aws:s3:::b/k")),
        ("DELETE", "/b/k", "", ("s3:DeleteObject", "arn:aws:s3:::b/k")),
        ("GET", "/b", "list-type=2", ("s3:ListBucket", "arn:aws:s3:::b")),
        ("GET", "/b", "versions", ("s3:ListBucketVersions", "arn:aws:s3:::b")),
        ("GET", "/b", "versioning", ("s3:GetBucketVersioning", "arn:aws:s3:::b")),
        ("GET", "/b", "acl", ("s3:GetBucketAcl", "arn:aws:s3:::b")),
        ("GET", "/", "", ("s3:ListAllMyBuckets", "*")),
    ],
)
def test_requests_to_s3(method: str, path: str, query: str, expected: tuple[str, str]) -> None:
    calls = read_s3(method, path, query, {})
    assert calls is not None
    assert [(call.action, call.resource) for call in calls] == [expected]


def test_a_copy_reads_its_source() -> None:
    calls = read_s3("PUT", "/b/new", "", {"x-amz-copy-source": "/a/old?versionId=1"})
    assert calls is not None
    assert [(call.action, call.resource) for call in calls] == [
        ("s3:PutObject", "arn:aws:s3:::b/new"),
        ("s3:GetObject", "arn:aws:s3:::a/old"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v2/", None),
        ("POST", "/v2/team/app/blobs/uploads/", ("ecr:InitiateLayerUpload", "team/app")),
        ("PATCH", "/v2/app/blobs/uploads/1", ("ecr:UploadLayerPart", "app")),
        ("PUT", "/v2/app/blobs/uploads/1", ("ecr:CompleteLayerUpload", "app")),
        ("HEAD", "/v2/app/blobs/sha256:1", ("ecr:BatchCheckLayerAvailability", "app")),
        ("GET", "/v2/app/blobs/sha256:1", ("ecr:GetDownloadUrlForLayer", "app")),
        ("PUT", "/v2/app/manifests/1", ("ecr:PutImage", "app")),
        ("GET", "/v2/app/manifests/1", ("ecr:BatchGetImage", "app")),
    ],
)
def test_requests_to_the_registry(method: str, path: str, expected: tuple[str, str] | None) -> None:
    assert read_registry(method, path) == expected


def test_a_login_says_who_asked_for_it() -> None:
    answer = json.dumps({"authorizationData": [{"authorizationToken": "x", "expiresAt": 1}]}).encode()
    (entry,) = json.loads(with_login(answer, "ASIA1"))["authorizationData"]
    assert key_of_login(f"Basic {entry['authorizationToken']}") == "ASIA1"
    assert key_of_login("Bearer x") == ""
    assert key_of_login("Basic not-base64!") == ""
