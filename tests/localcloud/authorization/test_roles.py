"""A role may call what its policies allow, and is refused in AWS's words and codes otherwise."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Callable
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

NUMBERS = count(1)
Act = Callable[..., "Role"]


class Role:
    """A role of the strict cloud, acting."""

    def __init__(self, cloud: Any, statements: list[dict[str, Any]], managed: list[str]) -> None:
        self.cloud = cloud
        self.name = f"role-{next(NUMBERS)}"
        self._iam = cloud.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "codebuild.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        self.arn = self._iam.create_role(
            RoleName=self.name, AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
        )["Role"]["Arn"]
        self.grant(statements)
        for arn in managed:
            self._iam.attach_role_policy(RoleName=self.name, PolicyArn=arn)
        self.keys = cloud.client("sts").assume_role(RoleArn=self.arn, RoleSessionName="test")["Credentials"]

    def grant(self, statements: list[dict[str, Any]]) -> None:
        document = {"Version": "2012-10-17", "Statement": statements}
        self._iam.put_role_policy(RoleName=self.name, PolicyName="own", PolicyDocument=json.dumps(document))

    def client(self, api: str) -> Any:
        return boto3.session.Session().client(
            api,
            endpoint_url=self.cloud.endpoint,
            region_name=self.cloud.region,
            aws_access_key_id=self.keys["AccessKeyId"],
            aws_secret_access_key=self.keys["SecretAccessKey"],
            aws_session_token=self.keys["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )


@pytest.fixture
def act(strict_cloud: Any) -> Act:
    def make(*statements: dict[str, Any], managed: list[str] | None = None) -> Role:
        nothing = {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}
        return Role(strict_cloud, list(statements) or [nothing], managed or [])

    return make


def allow(action: str | list[str], resource: str = "*", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **condition}


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_the_sentence_names_session_action_and_resource(act: Act, strict_cloud: Any) -> None:
    role = act(allow("ssm:GetParameters", "arn:aws:ssm:*:*:parameter//app/token"))
    code, message = refused(lambda: role.client("ssm").get_parameters(Names=["/app/token"]))
    assert code == "AccessDeniedException"
    account, region = strict_cloud.account, strict_cloud.region
    assert message == (
        f"User: arn:aws:sts::{account}:assumed-role/{role.name}/test is not authorized to perform: "
        f"ssm:GetParameters on resource: arn:aws:ssm:{region}:{account}:parameter/app/token because no "
        "identity-based policy allows the ssm:GetParameters action"
    )
    role.grant([allow("ssm:GetParameters", "arn:aws:ssm:*:*:parameter/app/token")])
    assert role.client("ssm").get_parameters(Names=["/app/token"])["InvalidParameters"] == ["/app/token"]


@pytest.mark.parametrize(
    ("api", "call", "code"),
    [
        ("s3", lambda c: c.put_object(Bucket="b", Key="k", Body=b""), "AccessDenied"),
        ("sns", lambda c: c.publish(TopicArn="arn:aws:sns:us-east-1:1:t", Message="m"), "AuthorizationError"),
        ("elbv2", lambda c: c.describe_target_groups(), "AccessDenied"),
        ("ec2", lambda c: c.describe_subnets(), "UnauthorizedOperation"),
        ("logs", lambda c: c.create_log_group(logGroupName="g"), "AccessDeniedException"),
        ("ecs", lambda c: c.describe_services(cluster="c", services=["s"]), "AccessDeniedException"),
        ("codebuild", lambda c: c.start_build(projectName="p"), "AccessDeniedException"),
        ("cloudwatch", lambda c: c.describe_alarms(AlarmNames=["a"]), "AccessDeniedException"),
        ("lambda", lambda c: c.invoke(FunctionName="f"), "AccessDeniedException"),
    ],
)
def test_every_protocol_refuses_in_its_own_form(
    act: Act, api: str, call: Callable[[Any], Any], code: str
) -> None:
    client = act().client(api)
    found, message = refused(lambda: call(client))
    assert found == code
    assert "is not authorized to perform" in message


def test_a_role_that_does_not_trust_the_caller(act: Act) -> None:
    other, role = act(), act(allow("sts:AssumeRole"))
    become = {"RoleArn": other.arn, "RoleSessionName": "test"}
    code, message = refused(lambda: role.client("sts").assume_role(**become))
    assert code == "AccessDenied"
    assert message.endswith("because no role trust policy allows the sts:AssumeRole action")


def test_who_one_is_may_always_be_asked(act: Act) -> None:
    role = act()
    assert role.name in role.client("sts").get_caller_identity()["Arn"]


def test_the_account_itself_is_not_judged(strict_cloud: Any) -> None:
    assert strict_cloud.client("s3").list_buckets()["Buckets"] is not None


def test_an_object_of_a_bucket_whose_policy_names_the_role(act: Act, strict_cloud: Any) -> None:
    role, bucket = act(), f"bucket-{next(NUMBERS)}"
    s3 = strict_cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert refused(lambda: role.client("s3").get_object(Bucket=bucket, Key="k"))[0] == "AccessDenied"
    statement = {**allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), "Principal": {"AWS": role.arn}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [statement]}))
    assert role.client("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    s3.put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Statement": [statement, {**statement, "Effect": "Deny"}]})
    )
    _, message = refused(lambda: role.client("s3").get_object(Bucket=bucket, Key="k"))
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_a_managed_policy_counts(act: Act) -> None:
    role = act(managed=["arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"])
    role.client("ssm").get_parameters(Names=["/x"])
    code, _ = refused(lambda: role.client("ssm").put_parameter(Name="/x", Value="1", Type="String"))
    assert code == "AccessDeniedException"


def test_a_role_is_handed_over_only_by_who_may_pass_it(act: Act) -> None:
    task = act()
    register = allow("ecs:RegisterTaskDefinition")
    role = act(register)
    definition = {
        "family": "app",
        "executionRoleArn": task.arn,
        "containerDefinitions": [{"name": "app", "image": "x", "memory": 128}],
    }
    _, message = refused(lambda: role.client("ecs").register_task_definition(**definition))
    assert f"iam:PassRole on resource: {task.arn}" in message
    to = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    role.grant([register, allow("iam:PassRole", task.arn, Condition=to)])
    role.client("ecs").register_task_definition(**definition)


def test_a_push_is_authorised_as_the_one_who_logged_in(act: Act, strict_cloud: Any) -> None:
    name = f"images-{next(NUMBERS)}"
    strict_cloud.client("ecr").create_repository(repositoryName=name)
    role = act(allow("ecr:GetAuthorizationToken"))
    token = role.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    assert b64decode(token).startswith(b"AWS:")
    where = f"arn:aws:ecr:{strict_cloud.region}:{strict_cloud.account}:repository/{name}"
    denied = f"ecr:InitiateLayerUpload on resource: {where}"
    assert start_upload(strict_cloud, name, token) == (403, denied)
    role.grant([allow(["ecr:GetAuthorizationToken", "ecr:InitiateLayerUpload"])])
    assert start_upload(strict_cloud, name, token)[0] == 202
    root = b64encode(b"AWS:anything").decode()
    assert start_upload(strict_cloud, name, root)[0] == 202


def start_upload(cloud: Any, repository: str, token: str) -> tuple[int, str]:
    """The status, and which permission on what is denied."""
    request = urllib.request.Request(
        f"{cloud.endpoint}/v2/{repository}/blobs/uploads/",
        method="POST",
        headers={"Authorization": f"Basic {token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        (denied,) = json.load(error)["errors"]
        assert denied["code"] == "DENIED"
        return error.code, denied["message"].partition("perform: ")[2].partition(" because")[0]


def test_what_nobody_can_judge_is_allowed_and_said(act: Act, strict_cloud: Any) -> None:
    role = act(allow("ssm:GetParameters", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))
    role.client("ssm").get_parameters(Names=["/unjudged"])
    said = [
        each
        for each in strict_cloud.control("ledger")["entries"]
        if each["what"] == "authorisation of ssm:GetParameters" and each["where"] == role.arn
    ]
    assert len(said) == 1
    assert "aws:PrincipalOrgID" in said[0]["detail"]
