"""The resources that a call is about, as AWS authorises it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shipway.permissions.catalogue import action_named
from shipway.permissions.formats import any_of_format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from shipway.localcloud.authorization.calls import ApiCall

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_ECS_TASKS = "ecs-tasks.amazonaws.com"


class Wanted(NamedTuple):
    """One permission that a call needs."""

    action: str
    resource: str
    context: Mapping[str, str] = MappingProxyType({})


class Lookup(Protocol):
    """What a call's parameters only hint at. Each answer is None when there is no such thing."""

    def deployment_group(self, deployment_id: str) -> tuple[str, str] | None:
        """Application and deployment group of a deployment."""

    def secret_arn(self, secret_id: str) -> str | None:
        """ARN of a secret."""

    def task_roles(self, task_definition: str) -> tuple[str, ...] | None:
        """ARNs of a task definition's roles."""


class Place(NamedTuple):
    """Where a call is made."""

    region: str
    account: str
    lookup: Lookup

    def arn(self, service: str, rest: str) -> str:
        """ARN of something in this Region and account."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def role(self, name: str) -> str:
        """ARN of a role that is given by ARN or name."""
        return name if name.startswith("arn:") else f"arn:aws:iam::{self.account}:role/{name}"


def wanted(call: ApiCall, place: Place) -> tuple[Wanted, ...] | None:
    """All permissions that a call needs; None for an operation that is not known here."""
    known = action_named(call.action)
    if known is None:
        return None
    if not known.arns:
        own: tuple[str, ...] = ("*",)
    elif known.name in _RESOURCES:
        own = tuple(_RESOURCES[known.name](call, place))
    else:
        own = _by_format(call, known.arns, place)
    follows = tuple(
        Wanted(action, resource) for action in _FOLLOWED_BY.get(known.name, ()) for resource in own
    )
    handed = tuple(
        Wanted("iam:PassRole", place.role(role), {"iam:PassedToService": service})
        for role, service in _handed_over(call, place)
    )
    return (*(Wanted(known.name, resource) for resource in own), *follows, *handed)


def _by_format(call: ApiCall, formats: tuple[str, ...], place: Place) -> tuple[str, ...]:
    """The ARN that the parameters fill a format with; any ARN of the formats where they fill none."""
    given = {name.lower(): value for name, value in call.parameters.items() if isinstance(value, str)}
    arns = [value for value in given.values() if value.startswith("arn:")]
    for format_ in formats:
        head = format_.split(":", 5)[-1].partition("${")[0]
        for arn in arns:
            if arn.split(":", 5)[-1].startswith(head) and f":{call.service}:" in arn:
                return (arn,)
    values = {**given, "partition": "aws", "region": place.region, "account": place.account}
    for format_ in formats:
        if all(name.lower() in values for name in _PLACEHOLDER.findall(format_)):
            return (_PLACEHOLDER.sub(lambda found: values[found.group(1).lower()], format_),)
    return (any_of_format(formats[0]),) if len(formats) == 1 else ()


# -- by service --------------------------------------------------------------------------------------


def _log_group(call: ApiCall, place: Place) -> Iterator[str]:
    group = call.text("logGroupName", "logGroupIdentifier").rpartition(":log-group:")[2]
    yield place.arn("logs", f"log-group:{group}")


def _log_stream(call: ApiCall, place: Place) -> Iterator[str]:
    for group in _log_group(call, place):
        yield f"{group}:log-stream:{call.text('logStreamName')}"


def _parameter(call: ApiCall, place: Place) -> Iterator[str]:
    for name in call.texts("Names", "Name", "Path"):
        yield name if name.startswith("arn:") else place.arn("ssm", f"parameter/{name.removeprefix('/')}")


def _secret(call: ApiCall, place: Place) -> Iterator[str]:
    secret = call.text("SecretId")
    found = place.lookup.secret_arn(secret)
    yield found or (secret if secret.startswith("arn:") else place.arn("secretsmanager", f"secret:{secret}"))


def _cluster(call: ApiCall) -> str:
    return (call.text("cluster") or "default").rpartition("cluster/")[2]


def _ecs_service(call: ApiCall, place: Place) -> Iterator[str]:
    for service in call.texts("services", "service", "serviceName"):
        yield place.arn("ecs", f"service/{_cluster(call)}/{service.rpartition('/')[2]}")


def _ecs_task_set(call: ApiCall, place: Place) -> Iterator[str]:
    service = call.text("service").rpartition("/")[2]
    for one in call.texts("taskSets", "taskSet") or ("*",):
        yield place.arn("ecs", f"task-set/{_cluster(call)}/{service}/{one.rpartition('/')[2]}")


def _ecs_task(call: ApiCall, place: Place) -> Iterator[str]:
    for task in call.texts("tasks", "task"):
        yield place.arn("ecs", f"task/{_cluster(call)}/{task.rpartition('/')[2]}")


def _ecs_instances(call: ApiCall, place: Place) -> Iterator[str]:
    yield place.arn("ecs", f"container-instance/{_cluster(call)}/*")


def _ecs_family(call: ApiCall, place: Place) -> Iterator[str]:
    given = call.text("family", "taskDefinition").rpartition("/")[2]
    family, _, revision = given.partition(":")
    yield place.arn("ecs", f"task-definition/{family}:{revision or '*'}")


def _build(call: ApiCall, place: Place) -> Iterator[str]:
    for build in call.texts("ids", "id"):
        project = build.rpartition("build/")[2].partition(":")[0]
        yield place.arn("codebuild", f"project/{project}")


def _report_group(call: ApiCall, place: Place) -> Iterator[str]:
    given = call.text("reportGroupArn", "reportArn", "name", "arn")
    name = given.rpartition("/")[2].partition(":")[0]
    yield place.arn("codebuild", f"report-group/{name}")


def _deployment(call: ApiCall, place: Place) -> Iterator[str]:
    group = place.lookup.deployment_group(call.text("deploymentId"))
    if group is not None:
        yield place.arn("codedeploy", f"deploymentgroup:{group[0]}/{group[1]}")


def _deployment_config(call: ApiCall, place: Place) -> Iterator[str]:
    yield place.arn("codedeploy", f"deploymentconfig:{call.text('deploymentConfigName')}")


def _function(call: ApiCall, place: Place) -> Iterator[str]:
    name = call.text("FunctionName")
    yield name if name.startswith("arn:") else place.arn("lambda", f"function:{name}")


def _alarm(call: ApiCall, place: Place) -> Iterator[str]:
    for name in call.texts("AlarmNames", "AlarmName") or ("*",):
        yield place.arn("cloudwatch", f"alarm:{name}")


def _stack(call: ApiCall, place: Place) -> Iterator[str]:
    name = call.text("StackName")
    yield name if name.startswith("arn:") else place.arn("cloudformation", f"stack/{name}/*")


def _pipeline(call: ApiCall, place: Place) -> Iterator[str]:
    yield place.arn("codepipeline", call.text("name", "pipelineName"))


def _role(call: ApiCall, place: Place) -> Iterator[str]:
    yield place.role(call.text("RoleArn"))


_RESOURCES: dict[str, Callable[[ApiCall, Place], Iterator[str]]] = {
    **dict.fromkeys(("logs:CreateLogGroup", "logs:DescribeLogStreams"), _log_group),
    **dict.fromkeys(("logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"), _log_stream),
    **dict.fromkeys(
        ("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"), _parameter
    ),
    **dict.fromkeys(("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"), _secret),
    **dict.fromkeys(
        ("ecs:DescribeServices", "ecs:UpdateService", "ecs:UpdateServicePrimaryTaskSet"), _ecs_service
    ),
    **dict.fromkeys(("ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:UpdateTaskSet"), _ecs_task_set),
    **dict.fromkeys(("ecs:DescribeTasks", "ecs:StopTask"), _ecs_task),
    "ecs:ListTasks": _ecs_instances,
    **dict.fromkeys(("ecs:RegisterTaskDefinition", "ecs:RunTask"), _ecs_family),
    **dict.fromkeys(("codebuild:BatchGetBuilds", "codebuild:StopBuild"), _build),
    **dict.fromkeys(
        (
            *("codebuild:CreateReportGroup", "codebuild:CreateReport", "codebuild:UpdateReport"),
            *("codebuild:BatchPutTestCases", "codebuild:BatchPutCodeCoverages"),
        ),
        _report_group,
    ),
    **dict.fromkeys(("codedeploy:GetDeployment", "codedeploy:StopDeployment"), _deployment),
    "codedeploy:GetDeploymentConfig": _deployment_config,
    "lambda:InvokeFunction": _function,
    "cloudwatch:DescribeAlarms": _alarm,
    **dict.fromkeys(
        (
            *("cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:DeleteStack"),
            *("cloudformation:DescribeStacks", "cloudformation:CreateChangeSet"),
            *("cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet"),
            "cloudformation:DeleteChangeSet",
        ),
        _stack,
    ),
    **dict.fromkeys(("codepipeline:StartPipelineExecution", "codepipeline:GetPipelineState"), _pipeline),
    "sts:AssumeRole": _role,
}

# Calls that this cloud answers with one request.
_FOLLOWED_BY = {"codecommit:UploadArchive": ("codecommit:GetUploadArchiveStatus",)}

# Operation -> parameters that hand a role over, and the service that will act in it.
_HANDED_OVER = {
    "ecs:RegisterTaskDefinition": (("taskRoleArn", "executionRoleArn"), _ECS_TASKS),
    "codebuild:CreateProject": (("serviceRole",), "codebuild.amazonaws.com"),
    "lambda:CreateFunction": (("Role",), "lambda.amazonaws.com"),
    "cloudformation:CreateStack": (("RoleARN",), "cloudformation.amazonaws.com"),
    "cloudformation:UpdateStack": (("RoleARN",), "cloudformation.amazonaws.com"),
    "cloudformation:CreateChangeSet": (("RoleARN",), "cloudformation.amazonaws.com"),
}


def _handed_over(call: ApiCall, place: Place) -> Iterator[tuple[str, str]]:
    names, service = _HANDED_OVER.get(call.action, ((), ""))
    for name in names:
        if role := call.text(name):
            yield role, service
    if call.action in {"ecs:CreateTaskSet", "ecs:RunTask"}:
        # Its tasks run as these; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/codedeploy_IAM_role.html
        for role in place.lookup.task_roles(call.text("taskDefinition")) or ():
            yield role, _ECS_TASKS
