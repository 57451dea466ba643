import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from cfnlint.api import lint

from shipway.constructs import App, BlueGreenPipeline, Stack

GOLDEN = Path(__file__).parent / "golden" / "logical_ids"
KINDS = sorted(path.stem for path in GOLDEN.iterdir())
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("kind", KINDS)
def test_logical_ids_stay_what_they_are(stacks, kind):
    golden = (GOLDEN / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    found = [
        f"{name.partition('/')[2]} {logical_id} {resource['Type']}"
        for name, template in sorted(stacks.items())
        if name.startswith(f"{kind}/")
        for logical_id, resource in sorted(template["Resources"].items())
    ]
    gone = sorted(set(golden) - set(found))
    assert not gone, "this would replace resources"
    assert found == golden, "new resources: add them to the golden file"


def test_every_kind_of_app_has_its_ids_reviewed(apps):
    assert sorted(apps) == KINDS


def test_synthesizing_twice_gives_the_same(document, synth):
    assert synth() == document


def test_two_services_fit_into_one_stack():
    app = App()
    stack = Stack(app, "both")
    for service in ("cat", "dog"):
        BlueGreenPipeline(
            stack,
            service.title(),
            service=service,
            alert_emails=["team@example.com"],
            output_prefix=service.title(),
        )
    document = app.synth().get_stack_by_name("both").template
    assert {"CatPipelineArn", "DogPipelineArn"} <= set(document["Outputs"])
    assert [str(match) for match in lint(json.dumps(document))] == []


# Plain CDK with a deliberate fault, for the permissions work; none of our constructs stands in it.
WITHOUT_CONSTRUCTS = {"plain"}
STACKS = {
    "hello": ["hello-dev"],
    "native": ["native-dev"],
    "connection": ["connection-dev"],
    "promote": ["promote-delivery", "promote-dev", "promote-staging", "promote-prod"],
}


def test_every_example_is_run():
    examples = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert set(STACKS) == examples - WITHOUT_CONSTRUCTS


def test_an_example_runs_without_the_cdk_cli(tmp_path, document):
    finished = subprocess.run(
        [sys.executable, "app.py"],
        cwd=EXAMPLES / "hello",
        env={"CDK_OUTDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    made = json.loads((tmp_path / "hello-dev.template.json").read_text(encoding="utf-8"))
    assert made == document


@pytest.mark.parametrize("example", STACKS)
def test_the_example_synthesizes(example):
    # In this process: another one would start Node.js again.
    app = runpy.run_path(str(EXAMPLES / example / "app.py"))["app"]
    assert [stack.stack_name for stack in app.synth().stacks] == sorted(STACKS[example])


@pytest.mark.parametrize("example", STACKS)
def test_the_example_is_short(example):
    assert len((EXAMPLES / example / "app.py").read_text(encoding="utf-8").splitlines()) < 30


@pytest.mark.parametrize("example", sorted(set(STACKS) - {"hello"}))
def test_the_service_of_an_example_is_that_of_hello(example):
    def files(name):
        service = EXAMPLES / name / "service"
        return {
            str(path.relative_to(service)): path.read_bytes()
            for path in service.rglob("*")
            if path.is_file() and "cache" not in str(path)
        }

    assert files(example) == files("hello")
