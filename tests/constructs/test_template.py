import json
import subprocess
import sys
from pathlib import Path

from cfnlint.api import lint

from shipway.constructs import App, BlueGreenPipeline, Stack

GOLDEN = Path(__file__).parent / "golden" / "logical_ids.txt"
HELLO = Path(__file__).parents[2] / "examples" / "hello"


def test_logical_ids_stay_what_they_are(document):
    ids = "".join(f"{name} {one['Type']}\n" for name, one in sorted(document["Resources"].items()))
    assert ids == GOLDEN.read_text(encoding="utf-8"), "this would replace resources"


def test_cfn_lint_is_silent(document):
    assert [str(match) for match in lint(json.dumps(document))] == []


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


def test_the_example_runs_without_the_cdk_cli(tmp_path, document):
    finished = subprocess.run(
        [sys.executable, "app.py"],
        cwd=HELLO,
        env={"CDK_OUTDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    made = json.loads((tmp_path / "hello-dev.template.json").read_text(encoding="utf-8"))
    assert made == document


def test_the_example_is_short():
    assert len((HELLO / "app.py").read_text(encoding="utf-8").splitlines()) < 30
