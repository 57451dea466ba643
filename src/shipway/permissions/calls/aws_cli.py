"""IAM actions behind commands of the AWS CLI, and the resources that their options name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.permissions.catalogue import action_named
from shipway.permissions.formats import any_of_format
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.permissions.names import Names

# Where the CLI's name of a service is not the prefix of its actions.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_PREFIXES = {
    "elbv2": "elasticloadbalancing",
    "elb": "elasticloadbalancing",
    "deploy": "codedeploy",
    "s3api": "s3",
    "stepfunctions": "states",
}
# Where the CLI's command is not the action's name in another spelling; () for one that needs no permission.
_COMMANDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("sts", "get-caller-identity"): (),
    ("ecr", "get-login-password"): ("ecr:GetAuthorizationToken",),
    ("ecr", "get-login"): ("ecr:GetAuthorizationToken",),
    ("ecr-public", "get-login-password"): ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"),
    ("s3api", "head-object"): ("s3:GetObject",),
    ("s3api", "list-objects"): ("s3:ListBucket",),
    ("s3api", "list-objects-v2"): ("s3:ListBucket",),
    ("s3api", "copy-object"): ("s3:GetObject",),
    ("s3api", "head-bucket"): ("s3:ListBucket",),
    ("cloudformation", "deploy"): (
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:DescribeStacks",
        "cloudformation:DescribeChangeSet",
    ),
    ("cloudformation", "package"): (),
    ("cloudformation", "wait"): (),
    ("ecs", "deploy"): (
        "ecs:DescribeServices",
        "ecs:RegisterTaskDefinition",
        "codedeploy:CreateDeployment",
        "codedeploy:GetDeploymentGroup",
    ),
    ("lambda", "invoke"): ("lambda:InvokeFunction",),
    ("codeartifact", "login"): ("codeartifact:GetAuthorizationToken", "codeartifact:GetRepositoryEndpoint"),
    ("configure", "set"): (),
    ("eks", "update-kubeconfig"): ("eks:DescribeCluster",),
}
# Options that take no value, of commands that have positional arguments as well.
_FLAGS = frozenset(
    {"--recursive", "--delete", "--quiet", "--only-show-errors", "--dryrun", "--force", "--follow-symlinks"}
    | {"--summarize", "--human-readable", "--exact-timestamps", "--size-only", "--debug", "--with-decryption"}
)
_S3_TRANSFERS = frozenset({"cp", "mv", "sync"})


class Cli(NamedTuple):
    """A call of the AWS CLI."""

    service: str
    command: str
    positional: tuple[str, ...]
    options: dict[str, str]

    @staticmethod
    def of(words: tuple[str, ...]) -> Cli:
        """Reads the words behind ``aws``."""
        plain: list[str] = []
        options: dict[str, str] = {}
        waiting = ""
        for word in words:
            if word.startswith("--"):
                name, equals, value = word.partition("=")
                options[name] = value
                waiting = "" if equals or name in _FLAGS or name.startswith("--no-") else name
            elif waiting:
                options[waiting], waiting = word, ""
            else:
                plain.append(word)
        service, command, *positional = *plain, "", ""
        return Cli(service, command, tuple(word for word in positional if word), options)


def call_of(cli: Cli, names: Names) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Actions with their resources; nothing for a command whose actions are not known for certain."""
    if cli.service == "s3":
        yield from _s3(cli)
        return
    for action in _actions(cli):
        known = action_named(action)
        if known is not None:
            where = tuple(any_of_format(arn) for arn in known.arns) or ("*",)
            yield (known.name,), (_named(cli, known.name, names) or _wide(where),)


def _actions(cli: Cli) -> tuple[str, ...]:
    given = _COMMANDS.get((cli.service, cli.command))
    if given is not None:
        return given
    if cli.command == "wait" or not cli.command:
        return ()
    words = cli.command.split("-")
    return (f"{_PREFIXES.get(cli.service, cli.service)}:{''.join(word.capitalize() for word in words)}",)


def _wide(resources: tuple[str, ...]) -> str:
    """One subject for several formats."""
    return resources[0] if len(resources) == 1 else SOME_TEXT


def _named(cli: Cli, action: str, names: Names) -> str | None:
    """The resource that the options name, for the commands that builds use."""
    options = cli.options
    match action:
        case "ecs:UpdateService" | "ecs:DescribeServices":
            service = options.get("--service") or options.get("--services") or SOME_NAME
            cluster = options.get("--cluster", "default").rpartition("cluster/")[2]
            return (
                service if service.startswith("arn:") else names.here("ecs", f"service/{cluster}/{service}")
            )
        case "ssm:GetParameter" | "ssm:PutParameter" if options.get("--name"):
            name = options["--name"]
            slash = "" if name.startswith(("/", SOME_TEXT)) else "/"
            return name if name.startswith("arn:") else names.here("ssm", f"parameter{slash}{name}")
        case "codebuild:StartBuild" if options.get("--project-name"):
            return names.here("codebuild", f"project/{options['--project-name']}")
        case "lambda:InvokeFunction" | "lambda:UpdateFunctionCode" if options.get("--function-name"):
            name = options["--function-name"]
            return name if name.startswith("arn:") else names.here("lambda", f"function:{name}")
        case "sns:Publish" if options.get("--topic-arn"):
            return options["--topic-arn"]
    return None


def _s3(cli: Cli) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """``aws s3``: paths of buckets and of this machine."""
    if not any(path.startswith("s3://") for path in cli.positional):
        return
    if cli.command in _S3_TRANSFERS and len(cli.positional) > 1:
        source, target = cli.positional[0], cli.positional[1]
        if target.startswith("s3://"):
            yield ("s3:PutObject",), (_object(target),)
        if source.startswith("s3://"):
            yield ("s3:GetObject",), (_object(source),)
        if cli.command == "sync":
            yield ("s3:ListBucket",), (_bucket(target if target.startswith("s3://") else source),)
    elif cli.command == "rm":
        yield ("s3:DeleteObject",), (_object(cli.positional[0]),)
    elif cli.command == "ls":
        yield ("s3:ListBucket",), (_bucket(cli.positional[0]),)


def _bucket(path: str) -> str:
    return f"arn:aws:s3:::{path.removeprefix('s3://').partition('/')[0] or SOME_NAME}"


def _object(path: str) -> str:
    return f"{_bucket(path)}/{SOME_TEXT}"
