"""A real browser, driven by the Chrome DevTools Protocol, and a rehearsal whose every text is hostile."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import FailedRequests, Fidelity, LedgerEntry, Leftover, Outcome, TaskSet, Weight
from shipway.rehearsal.plan import STEPS

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--remote-debugging-port=0"),
)
WAIT_SECONDS = 60
EVIL = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>"


class Browser:
    """One tab. ``problems`` holds every exception and every entry of its console."""

    def __init__(self, profile: Path) -> None:
        self.problems: list[str] = []
        self._runner = asyncio.Runner()
        self._profile = profile
        self._number = 0

    def open(self) -> None:
        self._runner.run(self._connect())
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self._runner.run(self._session.close())
        self._runner.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._runner.run(self._call(method, parameters))

    def go(self, url: str) -> None:
        self.problems.clear()
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def value(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not self.value(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.05)

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def _connect(self) -> None:
        self._session = aiohttp.ClientSession()
        port = (self._profile / "DevToolsActivePort").read_text().splitlines()[0]
        async with self._session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            tab = next(one for one in await answer.json() if one["type"] == "page")
        self._socket = await self._session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0)

    async def _call(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json(timeout=WAIT_SECONDS)
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            if message.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.problems.append(str(message["params"]))


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A Chromium; without one the test is skipped by name, and fails where SHIPWAY_REQUIRE_BROWSER is set."""
    program = os.environ.get("SHIPWAY_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        why = "no Chromium on this machine (apt-get install chromium): no page is tried in a browser"
        if os.environ.get("SHIPWAY_REQUIRE_BROWSER"):
            pytest.fail(why)
        pytest.skip(why)
    profile = tmp_path_factory.mktemp("profile")
    process = subprocess.Popen(
        [program, *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + WAIT_SECONDS
        while not (profile / "DevToolsActivePort").exists():
            assert process.poll() is None, f"{program} ended with {process.returncode}"
            assert time.monotonic() < deadline, f"{program} does not answer"
            time.sleep(0.05)
        tab = Browser(profile)
        tab.open()
        try:
            yield tab
            tab.call("Browser.close")
        finally:
            tab.close()
        process.wait(WAIT_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


STORY: tuple[tuple[float, ev.Event], ...] = (
    (0.0, ev.RehearsalStarted("web", "/runs/1", "process", 60, STEPS)),
    (0.0, ev.StepStarted("deploy", Fidelity.EMULATED)),
    (1.0, ev.ResourceChanged("web", "Bucket", "AWS::S3::Bucket", "CREATE_COMPLETE")),
    (2.0, ev.StepFinished("deploy", Outcome.SUCCEEDED)),
    (
        2.0,
        ev.DeliveryFound("pipe", ("Source", "Build", "Deploy"), "repo", "main", "web", "http://x", "at once"),
    ),
    (2.0, ev.WeightsChanged((Weight("web-blue", 100.0), Weight("web-green", 0.0)))),
    (2.0, ev.TargetsChanged("web-blue", 2, "2 healthy")),
    (2.0, ev.TaskSetsChanged((TaskSet("s/1", "PRIMARY", "web:1", "web-blue", 2, 2),))),
    (2.0, ev.StepStarted("release", Fidelity.EMULATED)),
    (2.5, ev.ChangePushed("0123456789abcdef", "main", f"commit {EVIL}")),
    (3.0, ev.ExecutionChanged("e-1", "InProgress")),
    (3.0, ev.ActionChanged("e-1", "Source", "Source", "CodeCommit", "Succeeded", EVIL)),
    (3.0, ev.RequestsCounted(200, 0, 200.0)),
    (3.0, ev.ActionChanged("e-1", "Build", "Image", "CodeBuild", "InProgress")),
    (4.0, ev.RequestsCounted(400, 0, 200.0)),
    (4.0, ev.BuildPhaseChanged("b-1", "PRE_BUILD", "FAILED", EVIL)),
    (4.0, ev.ActionChanged("e-1", "Build", "Image", "CodeBuild", "Failed", f"detail {EVIL}")),
    (5.0, ev.DeploymentChanged("d-1", "InProgress", EVIL)),
    (5.0, ev.LifecycleEventChanged("d-1", "BeforeInstall", "Succeeded")),
    (5.0, ev.LifecycleEventChanged("d-1", f"hook {EVIL}", "InProgress")),
    (5.0, ev.WeightsChanged((Weight("web-blue", 25.0), Weight("web-green", 75.0)))),
    (6.0, ev.RequestsCounted(800, 3, 200.0, (FailedRequests(f"reason {EVIL}", 3),))),
    (6.0, ev.MailArrived("m-1", "team@example.com", f"subject {EVIL}", f"body {EVIL}\nsecond line")),
    (6.0, ev.ShiftObserved((0.0, 100.0), (0.0, 75.0), agrees=False)),
    (6.0, ev.StepFinished("release", Outcome.FAILED, f"detail {EVIL}")),
    (6.0, ev.DrillPredicted("failing-tests", f"predicted {EVIL}")),
    (6.5, ev.DrillObserved("failing-tests", f"observed {EVIL}", agrees=False)),
    (7.0, ev.DrillSkipped("unhealthy-release", f"why {EVIL}")),
    (8.0, ev.LeftoversListed((Leftover("s3 buckets", f"left {EVIL}"),))),
    (8.0, ev.LedgerRead((LedgerEntry(Fidelity.NOT_HONOURED, f"what {EVIL}", f"detail {EVIL}", "x:1"),))),
    (8.0, ev.RehearsalFinished(Outcome.FAILED, (f"reason {EVIL}",))),
)


@pytest.fixture
def story() -> tuple[ev.Envelope, ...]:
    return tuple(
        ev.Envelope(number, "run-1", 1_700_000_000 + at, None, event)
        for number, (at, event) in enumerate(STORY, 1)
    )


@pytest.fixture
def evil() -> str:
    """What stands in every text of the story."""
    return EVIL
