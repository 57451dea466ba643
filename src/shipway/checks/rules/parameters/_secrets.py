"""What is a secret, as far as a name or a value shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shipway.model.function import Function
from shipway.model.project import Project
from shipway.model.service import TaskDefinition
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.location import Location
    from shipway.model.resource import Resource
    from shipway.model.value import Value

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# At the end of a name: what comes after it, as in TOKEN_URL or SECRET_ARN, names something else.
_SECRET = re.compile(
    r"(?:\A|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY"
    r"|CLIENT_SECRET|CREDENTIALS?|CONNECTION_STRING|DB_PASS|DOCKER_PASS)\Z"
)
_NOT_SECRET = re.compile(r"(?:\A|_)(?:NEXT|CSRF|PAGE|CONTINUATION|CANCELLATION|PUBLIC)_", re.IGNORECASE)
_POINTER = re.compile(
    r"arn:|/|s3://|https?://[^@]*\Z|\{\{resolve:|true\Z|false\Z|none\Z|\d{1,3}\Z|\$\{?\w+\}?\Z", re.IGNORECASE
)
_PLACEHOLDER = re.compile(
    r"replace|change.{0,3}me|change.?it|placeholder|your[-_ ]|todo|tbd\Z|dummy|example|x{3,}|<[\w -]+>"
    r"|update.?me|fill.?(?:me|in)|insert|to.?be.?(?:set|replaced|defined|updated)|not.?set|set.?me|\*{3,}",
    re.IGNORECASE,
)

# Properties that AWS itself keeps secret, whatever the type of the resource.
SECRET_PROPERTIES = frozenset(
    {
        "OAuthToken",
        "SecretToken",
        "MasterUserPassword",
        "AuthToken",
        "Password",
        "ClientSecret",
        "AdminPassword",
    }
)


def is_secret_name(name: str) -> bool:
    """Whether a variable, parameter or key is called as secrets are."""
    plain = _CAMEL.sub("_", name).replace("-", "_").replace(".", "_").upper()
    return bool(_SECRET.search(plain)) and not _NOT_SECRET.search(plain)


def is_pointer(value: str) -> bool:
    """Whether a value says where a secret is, or is none at all."""
    return not value.strip() or _POINTER.match(value.strip()) is not None


def is_placeholder(value: str) -> bool:
    """Whether a value stands for one that somebody is to put in its place."""
    return _PLACEHOLDER.search(value) is not None


def takes_passwords(resource: Resource) -> bool:
    """Whether a property of that name is a password to AWS; who wrote a custom resource may mean its ARN."""
    return resource.cfn_type.startswith("AWS::") and not resource.cfn_type.startswith("AWS::CloudFormation::")


class Variable(NamedTuple):
    """An environment variable that stands in a template in plain text."""

    name: str
    value: Value[str]
    location: Location


def plain_variables(resource: Resource) -> Iterator[Variable]:
    """The variables that a project, a container or a function gets in plain text."""
    match resource:
        case Project():
            for each in resource.variables:
                name = known(each.name)
                plain = each.type is None or known(each.type) == "PLAINTEXT"
                if name is not None and each.value is not None and plain:
                    yield Variable(name, each.value, each.at("Value"))
        case Function():
            for name, value in resource.variables.items():
                yield Variable(name, value, resource.at("Environment", "Variables", name))
        case TaskDefinition():
            for container in range(len(resource.containers)):
                yield from _of_container(resource, container)


def _of_container(task: TaskDefinition, container: int) -> Iterator[Variable]:
    index = 0
    while task.properties.has("ContainerDefinitions", container, "Environment", index):
        path = ("ContainerDefinitions", container, "Environment", index)
        name = known(task.properties.text(*path, "Name"))
        value = task.properties.text(*path, "Value")
        if name is not None and value is not None:
            yield Variable(name, value, task.at(*path, "Value"))
        index += 1
