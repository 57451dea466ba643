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
