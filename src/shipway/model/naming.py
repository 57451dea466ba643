"""Physical names: ``{service}-{resource}-{suffix}``, valid for the service that bears them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from shipway.errors import InputError

_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ACCOUNT_DIGITS = 12
_HASH_DIGITS = 8
PATTERN = "{service}-{resource}-{suffix}"
_PLACEHOLDERS = ("{service}", "{resource}", "{suffix}")


class Kind(Enum):
    """A kind of AWS resource: what people call it, its longest name, and the characters it takes.

    Lengths and alphabets are botocore's service models; those of ELB, S3, SNS and ECS, which the models leave
    open, are from the API references (``source`` column of the table below).
    """

    # label, longest name, alphabet                                          source
    PIPELINE = ("pipeline", 100, r"[A-Za-z0-9.@_-]+")  # botocore codepipeline PipelineName
    BUILD_PROJECT = ("build project", 150, r"[A-Za-z0-9][A-Za-z0-9_-]+")  # botocore codebuild ProjectName
    REPOSITORY = ("source repository", 100, r"[\w.-]+")  # botocore codecommit RepositoryName
    IMAGE_REPOSITORY = (
        "image repository",
        256,
        r"[a-z0-9]+([._-]+[a-z0-9]+)*",
    )  # botocore ecr RepositoryName
    DEPLOYMENT = ("CodeDeploy application", 100, r"[A-Za-z0-9+=,.@_-]+")  # botocore codedeploy
    CONNECTION = ("connection", 32, r"[\w.@-]+")  # botocore codeconnections ConnectionName
    ECS = ("ECS cluster, service or family", 255, r"[A-Za-z0-9_-]+")  # ECS API, CreateService
    # A target group must not start with a hyphen; a load balancer not with "internal-" (ELBv2 API reference).
    TARGET_GROUP = ("target group", 32, r"(?!-)[A-Za-z0-9-]+")
    LOAD_BALANCER = ("load balancer", 32, r"(?!internal-|-)[A-Za-z0-9-]+")
    NETWORK = ("network", 256, r"[a-z0-9-]+")  # a tag: botocore ec2 has no pattern; 256 in the EC2 user guide
    ROLE = ("IAM role", 64, r"[\w+=,.@-]+")  # botocore iam roleNameType
    RULE = ("EventBridge rule", 64, r"[.\-_A-Za-z0-9]+")  # botocore events RuleName
    TOPIC = ("SNS topic", 256, r"[A-Za-z0-9_-]+")  # SNS API, CreateTopic
    ALARM = ("CloudWatch alarm", 255, r".+")  # botocore cloudwatch AlarmName
    DASHBOARD = ("CloudWatch dashboard", 255, r"[A-Za-z0-9_-]+")  # CloudWatch API, PutDashboard
    LOG_GROUP = ("log group", 512, r"[.\-_/#A-Za-z0-9]+")  # botocore logs LogGroupName
    PARAMETER = ("parameter", 1011, r"[\w./-]+")  # SSM API, PutParameter: the ARN's prefix counts, too
    KEY_ALIAS = ("key alias", 250, r"[a-zA-Z0-9/_-]+")  # botocore kms AliasNameType, less "alias/"
    BUCKET = ("bucket", 63, r"[a-z0-9][a-z0-9.-]+[a-z0-9]")  # S3 user guide, bucket naming rules

    def __init__(self, label: str, longest: int, alphabet: str) -> None:
        self.label = label
        self.longest = longest
        self.alphabet = re.compile(alphabet)


@dataclass(frozen=True)
class Naming:
    """Gives every resource of one service in one environment its physical name.

    Args:
        service: The service's name, e.g. ``"hello"``: lower-case letters, digits and single hyphens.
        environment_suffix: The environment, e.g. ``"dev"`` or ``"pr-12"``; same alphabet.
        pattern: How a name is made; holds ``{service}``, ``{resource}`` and ``{suffix}`` once each.
        shorten: Whether a name that a service finds too long is cut and ends in a hash of the whole, the
            same at every synthesis; otherwise it is refused.

    Raises:
        InputError: A part is empty or holds a character that some AWS name refuses, or the pattern would give
            two resources one name.
    """

    service: str
    environment_suffix: str
    pattern: str = PATTERN
    shorten: bool = False

    def __post_init__(self) -> None:
        _require_part("service", self.service)
        _require_part("environment suffix", self.environment_suffix)
        _require_pattern(self.pattern)

    def name(self, kind: Kind, resource: str, *, prefix: str = "") -> str:
        """The name of one resource, e.g. ``hello-pipeline-dev``.

        Args:
            kind: What bears the name; its length and alphabet are checked.
            resource: What it is in this service, e.g. ``"pipeline"`` or ``"blue"``.
            prefix: Stands before the whole, e.g. ``"/ecs/"`` of a log group.

        Raises:
            InputError: The name is longer than the service allows, or holds a character it refuses.
        """
        name = f"{prefix}{self._fill(resource, kind.longest - len(prefix))}"
        _require_valid(kind, name)
        return name

    def global_name(self, kind: Kind, resource: str, *, account: str) -> str:
        """The name of a resource that shares one namespace with the whole world, such as a bucket.

        The account stands within the resource part: ``hello-artifacts-123456789012-dev``. A shortened name
        ends in it, so that it stays apart from other accounts' names.

        Args:
            kind: What bears the name.
            resource: What it is in this service.
            account: The account's id; a template's placeholder for it counts as its twelve digits.

        Raises:
            InputError: As for ``name``.
        """
        digits = "0" * _ACCOUNT_DIGITS
        whole = self._whole(f"{resource}-{digits}")
        if self.shorten and len(whole) > kind.longest:
            short = self._fill(resource, kind.longest - _ACCOUNT_DIGITS - 1)
            _require_valid(kind, f"{short}-{digits}")
            return f"{short}-{account}"
        _require_valid(kind, whole)
        return self._whole(f"{resource}-{account}")

    def _whole(self, resource: str) -> str:
        return self.pattern.format(service=self.service, resource=resource, suffix=self.environment_suffix)

    def _fill(self, resource: str, longest: int) -> str:
        whole = self._whole(resource)
        if not self.shorten or len(whole) <= longest:
            return whole
        tail = sha256(whole.encode()).hexdigest()[:_HASH_DIGITS]
        return f"{whole[: longest - _HASH_DIGITS - 1].rstrip('-')}-{tail}"

    def path(self, kind: Kind, *parts: str) -> str:
        """A hierarchical name that starts with the service and the environment: ``/hello/dev/docker-hub``.

        Args:
            kind: What bears the name.
            *parts: What follows, each without slashes.

        Raises:
            InputError: As for ``name``.
        """
        name = "/" + "/".join((self.service, self.environment_suffix, *parts))
        _require_valid(kind, name)
        return name


def _require_part(what: str, value: str) -> None:
    if not _PART.fullmatch(value):
        raise InputError(
            f"the {what} must consist of lower-case letters, digits and single hyphens between them",
            value=repr(value),
            remedy='Use a name such as "hello" or "dev"; buckets, repositories and roles will bear it',
        )


def _require_pattern(pattern: str) -> None:
    rest = pattern
    for placeholder in _PLACEHOLDERS:
        if pattern.count(placeholder) != 1:
            raise InputError(
                f"a pattern of names must hold {placeholder} once, or two resources would share a name",
                value=repr(pattern),
                remedy=f"Use e.g. {PATTERN!r}",
            )
        rest = rest.replace(placeholder, "x")
    if not _PART.fullmatch(rest):
        raise InputError(
            "beside its placeholders, a pattern holds lower-case letters, digits and single hyphens",
            value=repr(pattern),
            remedy=f"Use e.g. {PATTERN!r}",
        )


def _require_valid(kind: Kind, name: str) -> None:
    if len(name) > kind.longest:
        raise InputError(
            f"the name of the {kind.label} has {len(name)} characters, {kind.longest} are allowed",
            value=name,
            remedy=(
                f"Shorten the service or the environment suffix by {len(name) - kind.longest},"
                " or let names be shortened (shorten=True)"
            ),
        )
    if not kind.alphabet.fullmatch(name):
        raise InputError(
            f"the name of the {kind.label} must match {kind.alphabet.pattern}",
            value=name,
            remedy="Choose another service name",
        )
