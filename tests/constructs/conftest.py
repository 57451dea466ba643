"""One synthesized default stack for all tests: Node.js takes seconds to start, a test takes none."""

from __future__ import annotations

import shipway.constructs as shipway

# isort: split
# The CDK comes after the constructs, which choose the Node.js that it runs on.
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Template

from shipway.constructs import App, Engine, Stack, TrafficShift

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Document = dict[str, Any]
ARGUMENTS = {"service": "hello", "alert_emails": ["team@example.com"]}


@pytest.fixture(autouse=True)
def no_environment_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVIRONMENT_SUFFIX", raising=False)


def synthesize(context: Mapping[str, Any] | None = None, **arguments: Any) -> Document:
    app = shipway.App(context=dict(context or {}))
    stack = shipway.Stack(app, "hello-dev")
    shipway.BlueGreenPipeline(stack, "Hello", **{**ARGUMENTS, **arguments})
    return app.synth().get_stack_by_name("hello-dev").template


@pytest.fixture(scope="session")
def synth() -> Callable[..., Document]:
    """Synthesizes a stack with other arguments than the default ones."""
    return synthesize


@pytest.fixture(scope="session")
def document() -> Document:
    """The default stack's template."""
    return synthesize()


@pytest.fixture(scope="session")
def template(document: Document) -> Template:
    """The default stack's template, to assert on."""
    return Template.from_json(document)


ACCOUNTS = {"delivery": "1" * 12, "dev": "2" * 12, "staging": "3" * 12, "prod": "4" * 12}


def promote(app: App, accounts: Mapping[str, str], engine: Engine = Engine.CODE_DEPLOY) -> None:
    def stack(name: str) -> Stack:
        account = accounts.get(name)
        env = {"account": account, "region": "eu-west-1"} if account else None
        return Stack(app, f"hello-{name}", env=env)

    delivery = stack("delivery")
    environments = []
    for suffix in ("dev", "staging", "prod"):
        own = stack(suffix)
        token = ssm.StringParameter.from_secure_string_parameter_attributes(
            own, "Token", parameter_name=f"/hello/{suffix}/token"
        )
        environments.append(
            shipway.ServiceEnvironment(
                own,
                "Hello",
                service="hello",
                environment_suffix=suffix,
                delivery=delivery,
                alert_emails=["team@example.com"],
                engine=engine,
                environment={"STAGE": suffix},
                secrets={"TOKEN": ecs.Secret.from_ssm_parameter(token)},
                protected=suffix == "prod",
                traffic_shift=TrafficShift.canary(percent=25, minutes=2) if suffix == "prod" else None,
            )
        )
    shipway.PromotionPipeline(
        delivery, "Hello", service="hello", environments=environments, alert_emails=["team@example.com"]
    )


def deliver(app: App, make: Callable[[Stack], Mapping[str, Any]] = lambda _: {}) -> None:
    stack = Stack(app, "hello-dev")
    shipway.BlueGreenPipeline(stack, "Hello", **{**ARGUMENTS, **make(stack)})


SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:hello/key-AbCdEf"


def from_connection(stack: Stack) -> Mapping[str, Any]:
    naming = shipway.naming_for(stack, "hello")
    return {
        "source": shipway.ConnectionSource(stack, "Source", naming=naming, repository="acme/hello"),
    }


def from_bucket(stack: Stack) -> Mapping[str, Any]:
    naming = shipway.naming_for(stack, "hello")
    removal = shipway.Removal(protected=False)
    return {"source": shipway.BucketSource(stack, "Source", naming=naming, removal=removal)}


def from_image(stack: Stack) -> Mapping[str, Any]:
    naming = shipway.naming_for(stack, "hello")
    repository = ecr.Repository.from_repository_name(stack, "Images", "hello")
    source = shipway.ImageSource(stack, "Source", naming=naming, repository=repository, tag="release")
    return {"source": source}


def with_everything(stack: Stack, event: str) -> Mapping[str, Any]:
    hook = lambda_.Function.from_function_name(stack, "Hook", "hello-hook-dev")
    return {
        "hooks": {event: hook},
        "max_count": 6,
        "max_latency_seconds": 1.5,
        "approval": True,
        "dashboard": True,
        "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/0123",
        "architecture": shipway.Architecture.ARM64,
        "checks": shipway.BuildChecks(coverage_percent=80, audit=True, scan=shipway.Severity.HIGH, sbom=True),
        "build_secrets": {"NPM_TOKEN": secretsmanager.Secret.from_secret_name_v2(stack, "Npm", "hello/npm")},
        "build_in_network": True,
        "secrets": {
            "KEY": ecs.Secret.from_secrets_manager(
                secretsmanager.Secret.from_secret_complete_arn(stack, "Key", SECRET), field="key"
            )
        },
    }


def github(app: App) -> None:
    stack = Stack(app, "hello-dev")
    naming = shipway.naming_for(stack, "hello")
    shipway.GitHubDeployRole(stack, "GitHub", naming=naming, repository="acme/hello", branch="main")


# Every kind of app that the constructs make.
APPS: dict[str, Callable[[App], None]] = {
    "default": deliver,
    "native": lambda app: deliver(app, lambda _: {"engine": Engine.ECS}),
    "connection": lambda app: deliver(app, from_connection),
    "bucket": lambda app: deliver(app, from_bucket),
    "image": lambda app: deliver(app, from_image),
    "everything": lambda app: deliver(app, lambda stack: with_everything(stack, "AfterAllowTestTraffic")),
    "everything-native": lambda app: deliver(
        app,
        lambda stack: {**with_everything(stack, "POST_TEST_TRAFFIC_SHIFT"), "engine": Engine.ECS},
    ),
    "github": github,
    "promotion": lambda app: promote(app, {}),
    "cross-account": lambda app: promote(app, ACCOUNTS),
    "cross-account-native": lambda app: promote(app, ACCOUNTS, Engine.ECS),
}


@pytest.fixture(scope="session")
def apps() -> Mapping[str, Callable[[App], None]]:
    """What makes each kind of app, by its name."""
    return APPS


@pytest.fixture(scope="session")
def stacks() -> dict[str, Document]:
    """Every stack of every kind of app, as ``kind/stack``."""
    found = {}
    for kind, make in APPS.items():
        app = App()
        make(app)
        found |= {f"{kind}/{one.stack_name}": one.template for one in app.synth().stacks}
    return found


def of_kind(stacks: Mapping[str, Document], kind: str) -> dict[str, Document]:
    return {
        name.removeprefix(f"{kind}/"): render(template)
        for name, template in stacks.items()
        if name.startswith(f"{kind}/")
    }


@pytest.fixture(scope="session")
def promotion(stacks: dict[str, Document]) -> dict[str, Document]:
    """The stacks of a promotion within one account, readable."""
    return of_kind(stacks, "promotion")


@pytest.fixture(scope="session")
def cross_account(stacks: dict[str, Document]) -> dict[str, Document]:
    """The stacks of a promotion through four accounts, readable."""
    return of_kind(stacks, "cross-account")


def properties(document: Document, kind: str) -> dict[str, Document]:
    found = {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in document["Resources"].items()
        if resource["Type"] == kind
    }
    assert found, f"no {kind} in the template"
    return found


@pytest.fixture(scope="session")
def of_type() -> Callable[[Document, str], dict[str, Document]]:
    """The properties of all resources of a type, by logical id."""
    return properties


def render(value: Any) -> Any:
    """A value with ``${Id}`` and ``${Id.Attribute}`` in place of intrinsic functions."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            return separator.join(str(render(part)) for part in parts)
        case dict():
            return {name: render(item) for name, item in value.items()}
        case list():
            return [render(item) for item in value]
        case _:
            return value


@pytest.fixture(scope="session")
def rendered(document: Document) -> Document:
    """The default stack's resources, readable."""
    return render(document)


@pytest.fixture(scope="session")
def render_value() -> Callable[[Any], Any]:
    """Makes a template's value readable."""
    return render


@pytest.fixture
def run_build(tmp_path: Path) -> Callable[..., Path]:
    """Runs phases of a buildspec in bash, in the test's own directory, and tells where the handover is."""

    def run(build_spec: str, *phases: str, succeeding: str = "1") -> Path:
        spec = yaml.safe_load(build_spec)
        (tmp_path / "image-metadata.json").write_text('{"containerimage.digest": "sha256:0123"}')
        for name in ("python", "python3"):
            (tmp_path / name).symlink_to(sys.executable)
        finished = subprocess.run(
            [
                "bash",
                "-e",
                "-c",
                "\n".join(one for name in phases for one in spec["phases"][name]["commands"]),
            ],
            cwd=tmp_path,
            env={
                "PATH": f"{tmp_path}:/usr/bin:/bin",
                "CODEBUILD_BUILD_SUCCEEDING": succeeding,
                "IMAGE_REPOSITORY_URI": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hello-images-dev",
            },
            check=False,
        )
        assert (finished.returncode == 0) is (succeeding == "1")
        return tmp_path / "handover"

    return run
