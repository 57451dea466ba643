"""What security scanners find in our stacks on purpose, and why it is so.

cdk-nag reads these reasons from the constructs themselves, so that an app that runs AwsSolutionsChecks hears
of its own findings and not of ours. A wildcard without a reason here does not synthesize.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Stack, Validations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aws_cdk import aws_iam as iam

    from constructs import IConstruct

# Resources that end in or are a wildcard, as cdk-nag spells them, and why.
_WILDCARDS = (
    (r"\*", "None of these actions has a resource type: '*' is the only resource they take"),
    (r".*:s3:::[^/]+/\*|<\w+\.Arn>/\*", "CodePipeline names the objects: one key for each artifact"),
    (r".*:report-group/.+-\*", "A report group has the project's name and that of the report behind it"),
    (r".*:task-definition/.+:\*", "RegisterTaskDefinition makes the next revision, which has no number yet"),
    (r".*:task-set/.+/\*", "CodeDeploy makes the task sets of this service, and names them"),
    (r".*:task/.+/\*", "ECS makes the tasks of this cluster, and names them"),
    (r".*:container-instance/.+/\*", "ListTasks is authorised on the instances of this cluster, of any name"),
    (r".*:key/\*", "The other account's key has no name but its alias, which the condition demands"),
    (r".*:network-interface/\*", "CodeBuild makes an interface for each build, in this subnet, and names it"),
    (r".*-\?\?\?\?\?\?", "Secrets Manager ends the ARN of a secret in six characters that no name tells"),
)


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Say why a finding of cdk-nag's AwsSolutions, e.g. ``VPC7``, stays."""
    Validations.of(construct).acknowledge(Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason))


def acknowledge_wildcards(role: iam.IRole, statements: Iterable[iam.PolicyStatement]) -> None:
    """Say of each wildcard in a role's statements why it is there.

    Raises:
        LookupError: There is no reason for one. That is a mistake of ours, not of who uses the construct.
    """
    stack = Stack.of(role)
    resources = [resource for statement in statements for resource in statement.resources]
    for resource in dict.fromkeys(_spell(stack.resolve(resource)) for resource in resources):
        if "*" in resource or "?" in resource:
            acknowledge(role, f"IAM5[Resource::{resource}]", _reason(resource))


def _reason(resource: str) -> str:
    for pattern, reason in _WILDCARDS:
        if re.fullmatch(pattern, resource):
            return reason
    raise LookupError(f"no reason for the wildcard in {resource}")


def _spell(resolved: Any) -> str:
    match resolved:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_spell(part) for part in parts)
        case _:
            return str(resolved)
