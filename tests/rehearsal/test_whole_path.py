"""The whole path, once: from an empty cloud to green, both drills, and back to an empty cloud."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.jsonl import decode

HELLO = Path(__file__).parents[2] / "examples" / "hello"
COMMAND = "import sys; from shipway.cli.app import main; sys.exit(main(sys.argv[1:]))"


class Run:
    """A rehearsal in a process of its own, and what it has written so far."""

    def __init__(self, project: Path, folder: Path, environment: dict[str, str]) -> None:
        self._runs = project / ".shipway" / "runs"
        self._out = folder / "document.json"
        self.said = folder / "said"
        with self._out.open("wb") as out, self.said.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, "rehearse", str(project), "--json"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment,
            )

    def envelopes(self) -> list[ev.Envelope]:
        files = list(self._runs.glob("*/events.jsonl"))
        # The last line may be half written.
        return [decode(line) for line in files[0].read_text().split("\n")[:-1]] if files else []

    def wait_for(self, kind: type, condition=lambda _: True):
        while True:
            for envelope in self.envelopes():
                if isinstance(envelope.event, kind) and condition(envelope.event):
                    return envelope.event
            assert self.process.poll() is None, self.said.read_text()
            time.sleep(0.1)

    def document(self) -> dict:
        self.process.wait()
        return json.loads(self._out.read_text())


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("whole-path")


@pytest.fixture(scope="module")
def run(folder):
    (folder / "tmp").mkdir()
    project = folder / "hello"
    shutil.copytree(HELLO, project, ignore=shutil.ignore_patterns(".shipway", "cdk.out", "__pycache__"))
    run = Run(project, folder, {**os.environ, "TMPDIR": str(folder / "tmp")})
    yield run
    if run.process.poll() is None:
        run.process.terminate()
        run.process.wait()


@pytest.fixture(scope="module")
def aws(run):
    """boto3 clients of another process than the rehearsal's, as anybody's would be."""
    cloud = run.wait_for(ev.CloudStarted)
    session = boto3.Session(cloud.account, "anything", region_name=cloud.region)
    return lambda service: session.client(service, endpoint_url=cloud.endpoint)


def test_anybody_can_watch_with_boto3(run, aws):
    delivery = run.wait_for(ev.DeliveryFound)
    run.wait_for(ev.WeightsChanged, lambda event: 0 < event.weights[0].percent < 100)

    state = aws("codepipeline").get_pipeline_state(name=delivery.pipeline)
    statuses = {stage["stageName"]: stage["latestExecution"]["status"] for stage in state["stageStates"]}
    assert statuses == {"Source": "Succeeded", "Build": "Succeeded", "Deploy": "InProgress"}

    (deployment,) = [
        one.event.deployment for one in run.envelopes() if isinstance(one.event, ev.DeploymentChanged)
    ]
    info = aws("codedeploy").get_deployment(deploymentId=deployment)["deploymentInfo"]
    assert info["status"] == "InProgress"

    build = next(one.event.build for one in run.envelopes() if isinstance(one.event, ev.BuildPhaseChanged))
    logs = aws("codebuild").batch_get_builds(ids=[build])["builds"][0]["logs"]
    lines = aws("logs").get_log_events(logGroupName=logs["groupName"], logStreamName=logs["streamName"])
    assert any("passed" in line["message"] for line in lines["events"])

    arns = [
        balancer["LoadBalancerArn"] for balancer in aws("elbv2").describe_load_balancers()["LoadBalancers"]
    ]
    listeners = aws("elbv2").describe_listeners(LoadBalancerArn=arns[0])["Listeners"]
    weights = [
        sorted(group["Weight"] for group in listener["DefaultActions"][0]["ForwardConfig"]["TargetGroups"])
        for listener in listeners
    ]
    assert [10, 90] in weights


def test_the_document_says_that_all_went_as_it_should(run):
    document = run.document()
    assert document["reasons"] == []
    assert (document["outcome"], run.process.returncode) == ("succeeded", 0)
    assert document["requests"]["failed"] == 0
    assert [(drill["name"], drill["agrees"]) for drill in document["drills"]] == [
        ("failing-tests", True),
        ("unhealthy-release", True),
    ]
    assert document["shifts"] == [
        {"predicted": [0.0, 10.0, 100.0], "observed": [0.0, 10.0, 100.0], "agrees": True}
    ]
    assert document["leftovers"] == []
    assert {mail["to"] for mail in document["mails"]} == {"team@example.com"}
    assert [step["name"] for step in document["steps"]] == [
        "synthesize",
        "start the cloud",
        "deploy",
        "release",
        "failing-tests",
        "unhealthy-release",
        "delete",
    ]
    assert document["not_honoured"], "the process engine cannot do all that a Dockerfile asks for"


def test_the_traffic_shifted_under_load(run):
    run.process.wait()
    envelopes = run.envelopes()
    shift = [
        one.at
        for one in envelopes
        if isinstance(one.event, ev.WeightsChanged) and 0 < one.event.weights[0].percent < 100
    ]
    during = [
        one.event.sent
        for one in envelopes
        if isinstance(one.event, ev.RequestsCounted) and shift[0] - 1 < one.at < shift[0] + 5
    ]
    assert during[-1] - during[0] >= 600  # some seconds of 200 a second, with a margin for a busy machine


def test_nothing_is_left_on_this_machine(run, folder):
    run.process.wait()
    assert list((folder / "tmp").iterdir()) == []
    kept = {path.name for path in (folder / "hello" / ".shipway" / "runs").glob("*/*")}
    assert kept == {"events.jsonl", "cloud.log"}
