"""Composition root: the only place where adapters are chosen."""

from __future__ import annotations

import socket
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shipway.errors import InputError, MissingRequirementError, UnsupportedError
from shipway.rehearsal.aws.account import AwsAccount
from shipway.rehearsal.aws.parameter_store import AwsParameterStore
from shipway.rehearsal.events import Interrupted, KeptRunning, RehearsalFinished, RehearsalStarted
from shipway.rehearsal.facts import Outcome
from shipway.rehearsal.follow import Patience
from shipway.rehearsal.journal import Journal
from shipway.rehearsal.load import HttpLoad
from shipway.rehearsal.local_cloud import LocalCloud
from shipway.rehearsal.plan import STEPS, Plan, make_plan
from shipway.rehearsal.run import Rehearsal, Stage
from shipway.rehearsal.run_folder import RunFolder
from shipway.rehearsal.working_copy import WorkingCopy, project_files, require_git
from shipway.template.manifest import read_object
from shipway.template.synth import CdkApp, synthesize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from shipway.rehearsal.credentials import ParameterStore
    from shipway.rehearsal.events import Envelope
    from shipway.template.assembly import Assembly, Stack

ENGINES = ("process",)


@dataclass(frozen=True)
class Settings:
    """How a project is rehearsed.

    Args:
        project: Folder with a ``cdk.json``.
        engine: How images are built and tasks are run.
        time_scale: AWS seconds per second of this machine.
        port: Of the local cloud, on 127.0.0.1; 0 takes a free one.
        keep: Leave stack and cloud up at the end, until Ctrl-C.
        account: 12 digits; what the app sees as its account.
        region: What the app sees as its region.
        context: Goes over the CDK context of ``cdk.json``.
    """

    project: Path
    engine: str = "process"
    time_scale: float = 60.0
    port: int = 0
    keep: bool = False
    account: str = "123456789012"
    region: str = "us-east-1"
    context: tuple[tuple[str, str], ...] = ()


def parameter_store(profile: str, region: str) -> ParameterStore:
    """Parameter Store of the user's own account: the one thing here that does talk to AWS.

    Raises:
        MissingRequirementError: Their AWS configuration names no region, or no such profile.
    """
    return AwsParameterStore(profile, region)


def plan(settings: Settings) -> Plan:
    """What a rehearsal would do; runs the project's app and starts nothing else.

    Raises:
        ShipwayError: The project cannot be rehearsed, or the machine lacks something.
    """
    app = CdkApp.read(settings.project)
    require_git()
    folder = RunFolder(settings.project, datetime.now().astimezone())
    try:
        return _synthesize(app, settings, folder)[1]
    finally:
        folder.remove()


def rehearse(settings: Settings, *listeners: Callable[[Envelope], None]) -> Outcome:
    """Rehearse a project; listeners receive each event as it happens.

    Raises:
        ShipwayError: The project cannot be rehearsed, or the machine lacks something; nothing is left.
    """
    app = CdkApp.read(settings.project)
    require_git()
    _require_port(settings.port)
    folder = RunFolder(settings.project, datetime.now().astimezone())
    journal = Journal(folder.id, time.time, folder.write, *listeners)
    load = HttpLoad()
    try:
        with _cloud(settings, folder, load) as cloud:
            outcome = _rehearse(settings, folder, journal, _stage(cloud, load, app, settings, folder))
        if outcome is Outcome.INTERRUPTED:
            journal.record(RehearsalFinished(Outcome.FAILED, ("interrupted",)))
    except (InputError, MissingRequirementError, UnsupportedError):
        folder.remove()
        raise
    finally:
        folder.tidy()
    return outcome


def _stage(cloud: LocalCloud, load: HttpLoad, app: CdkApp, settings: Settings, folder: RunFolder) -> Stage:
    project = settings.project
    return Stage(
        cloud=cloud,
        account=lambda started: AwsAccount(started.endpoint, started.account, started.region),
        load=load,
        synthesize=lambda: _synthesize(app, settings, folder),
        commits=lambda branch: WorkingCopy(
            folder.commits, project, project_files(project, folder.scratch), branch
        ),
        patience=Patience(settings.time_scale),
    )


def _rehearse(settings: Settings, folder: RunFolder, journal: Journal, stage: Stage) -> Outcome:
    journal.record(
        RehearsalStarted(
            settings.project.resolve().name,
            str(folder.path),
            settings.engine,
            settings.time_scale,
            STEPS[:-1] if settings.keep else STEPS,
        )
    )
    try:
        outcome = Rehearsal(stage, journal, keep=settings.keep).run()
    except KeyboardInterrupt:
        journal.record(Interrupted())
        return Outcome.INTERRUPTED
    if settings.keep:
        journal.record(KeptRunning(stage.cloud.started().endpoint))
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:  # the verdict is known: how the waiting ends does not change it
            journal.record(Interrupted())
    return outcome


def _synthesize(app: CdkApp, settings: Settings, folder: RunFolder) -> tuple[Assembly, Plan]:
    assembly = synthesize(
        app,
        folder.assembly,
        account=settings.account,
        region=settings.region,
        context=dict(settings.context),
    )
    for stack in assembly.stacks:
        _refuse_elsewhere(stack, settings)
    files = project_files(settings.project, folder.scratch)
    templates = {
        name: read_object(path)
        for stack in assembly.stacks
        for name, path in [(stack.name, stack.template_file), *((one.name, one) for one in stack.nested)]
    }
    return assembly, make_plan(
        templates, files, lambda path: (settings.project / path).read_text(encoding="utf-8")
    )


def _refuse_elsewhere(stack: Stack, settings: Settings) -> None:
    """A stack that names its account and region can be deployed there only; most leave both to the caller."""
    account, region = stack.account or settings.account, stack.region or settings.region
    if (account, region) != (settings.account, settings.region):
        raise InputError(
            "the stack is bound to another account or region than the local cloud has",
            where=stack.name,
            value=f"{account} {region}",
            remedy=f"shipway rehearse --account {account} --region {region}",
        )


@contextmanager
def _cloud(settings: Settings, folder: RunFolder, load: HttpLoad) -> Iterator[LocalCloud]:
    """A local cloud that is gone afterwards: in order, or at once when that is interrupted."""
    cloud = LocalCloud(
        [
            *(sys.executable, "-m", "shipway.localcloud"),
            *("--account", settings.account, "--region", settings.region, "--port", str(settings.port)),
            *("--engine", settings.engine, "--time-scale", f"{settings.time_scale:g}"),
        ],
        folder.log,
    )
    try:
        try:
            yield cloud
        finally:
            load.end()
            cloud.stop()
    except KeyboardInterrupt:
        cloud.kill()
        raise


def _require_port(port: int) -> None:
    """Refuse a port that is in use before anything is started for it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise MissingRequirementError(
                "the port is in use",
                where=f"127.0.0.1:{port}",
                value=error.strerror or str(error),
                remedy="Stop what listens there, or choose another with --port (0 takes a free one)",
            ) from error
