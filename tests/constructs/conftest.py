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
from aws_cdk.assertions import Template

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


def promote(accounts: Mapping[str, str | None]) -> dict[str, Document]:
    app = shipway.App()

    def stack(name: str) -> shipway.Stack:
        account = accounts.get(name)
        env = {"account": account, "region": "eu-west-1"} if account else None
        return shipway.Stack(app, f"hello-{name}", env=env)

    delivery = stack("delivery")
    environments = [
        shipway.ServiceEnvironment(
            stack(suffix),
            "Hello",
            service="hello",
            environment_suffix=suffix,
            delivery=delivery,
            alert_emails=["team@example.com"],
            environment={"STAGE": suffix},
            protected=suffix == "prod",
            traffic_shift=shipway.TrafficShift.canary(percent=25, minutes=2) if suffix == "prod" else None,
        )
        for suffix in ("dev", "staging", "prod")
    ]
    shipway.PromotionPipeline(
        delivery, "Hello", service="hello", environments=environments, alert_emails=["team@example.com"]
    )
    return {one.stack_name: one.template for one in app.synth().stacks}


ACCOUNTS = {"delivery": "1" * 12, "dev": "2" * 12, "staging": "3" * 12, "prod": "4" * 12}


@pytest.fixture(scope="session")
def stacks(document: Document) -> dict[str, Document]:
    """Every kind of stack that the constructs make, by a name that says which."""
    app = shipway.App()
    native, connection = shipway.Stack(app, "native"), shipway.Stack(app, "connection")
    shipway.BlueGreenPipeline(native, "Hello", **ARGUMENTS, engine=shipway.Engine.ECS)
    naming = shipway.naming_for(connection, "cat")
    shipway.BlueGreenPipeline(
        connection,
        "Hello",
        **{**ARGUMENTS, "service": "cat"},
        source=shipway.ConnectionSource(connection, "Source", naming=naming, repository="acme/cat"),
    )
    assembly = app.synth()
    return {
        "default": document,
        "native": assembly.get_stack_by_name("native").template,
        "connection": assembly.get_stack_by_name("connection").template,
        **{f"promotion/{name}": template for name, template in promote({}).items()},
        **{f"cross-account/{name}": template for name, template in promote(ACCOUNTS).items()},
    }


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
