"""IAM actions behind the AWS SDK's calls in a function's code, as far as a reader sees them at a glance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Compiled when a function has code, which few have.
# client = boto3.client("codedeploy"), and then client.stop_deployment(...)
_BOTO = r"(?P<name>\w+)\s*=\s*boto3\.client\(\s*['\"](?P<service>[\w-]+)['\"]"
_BOTO_AT_ONCE = r"boto3\.client\(\s*['\"](?P<service>[\w-]+)['\"][^()]*\)\.(?P<method>\w+)\("
# const deploy = new AWS.CodeDeploy(), and then deploy.stopDeployment(...)
_SDK2 = r"(?P<name>\w+)\s*=\s*new\s+AWS\.(?P<service>\w+)\("
# new CodeDeployClient(), and then new StopDeploymentCommand(...)
_SDK3 = r"@aws-sdk/client-(?P<service>[\w-]+)"
_SDK3_COMMAND = r"new\s+(?P<method>[A-Z]\w+)Command\("

# The SDK's names of services whose actions have another prefix.
_PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "stepfunctions": "states",
    "eventbridge": "events",
    "cloudwatch-logs": "logs",
}
# Methods that are another action, or several, or none.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html and its neighbours
_METHODS: dict[str, str] = {
    "s3:headobject": "s3:GetObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:uploadfile": "s3:PutObject",
    "s3:uploadfileobj": "s3:PutObject",
    "s3:upload": "s3:PutObject",
    "s3:downloadfile": "s3:GetObject",
    "s3:copyobject": "s3:GetObject",
    "lambda:invoke": "lambda:InvokeFunction",
    "sts:getcalleridentity": "",
}


def actions_in(code: str) -> Iterator[str]:
    """The actions of calls in Python or JavaScript, as ``service:method`` without regard to case.

    Only calls on clients that are made in the same text; the caller drops what is no action.
    """
    if "boto3" in code:
        yield from _python(code)
    elif "AWS." in code or "@aws-sdk/" in code:
        yield from _javascript(code)


def _python(code: str) -> Iterator[str]:
    for found in re.finditer(_BOTO_AT_ONCE, code):
        yield from _action(found["service"], found["method"])
    for client in re.finditer(_BOTO, code):
        for call in re.finditer(rf"\b{re.escape(client['name'])}\.(?P<method>[a-z]\w*)\(", code):
            yield from _action(client["service"], call["method"])


def _javascript(code: str) -> Iterator[str]:
    for client in re.finditer(_SDK2, code):
        for call in re.finditer(rf"\b{re.escape(client['name'])}\.(?P<method>[a-z]\w*)\(", code):
            yield from _action(client["service"].lower(), call["method"])
    services = dict.fromkeys(found["service"] for found in re.finditer(_SDK3, code))
    for command in re.finditer(_SDK3_COMMAND, code):
        for service in services:
            yield from _action(service, command["method"])


def _action(service: str, method: str) -> Iterator[str]:
    action = f"{_PREFIXES.get(service, service)}:{method.replace('_', '').lower()}"
    given = _METHODS.get(action, action)
    if given:
        yield given
