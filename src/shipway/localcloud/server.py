"""Runs the local cloud in this process until it is told to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import signal
import socket
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypercorn.asyncio import serve
from hypercorn.config import Config

from shipway.errors import MissingRequirementError
from shipway.localcloud import emulator
from shipway.localcloud.authorization.authorizer import Authorizer
from shipway.localcloud.authorization.lookup import CloudLookup
from shipway.localcloud.clients import Clients
from shipway.localcloud.clock import Clock
from shipway.localcloud.events import Events
from shipway.localcloud.gateway import Gateway
from shipway.localcloud.jobs import Jobs
from shipway.localcloud.kernel import Kernel
from shipway.localcloud.ledger import Fidelity, Ledger
from shipway.localcloud.services import all_services

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.engines.engine import Engine, Limit, Report

LOG = logging.getLogger(__name__)
_JOIN_SECONDS = 3.0  # how long a job may take to notice that the cloud stops


@dataclass(frozen=True)
class Settings:
    """How a cloud is started.

    Attributes:
        account: 12 digits.
        region: AWS region.
        port: Port on 127.0.0.1; 0 takes a free one.
        time_scale: AWS seconds per second of this machine.
        authorize: Whether calls that are made as a role are held to the deployed policies.
    """

    account: str = "123456789012"
    region: str = "us-east-1"
    port: int = 0
    time_scale: float = 60.0
    authorize: bool = True


class Cloud:
    """The local cloud: one port on 127.0.0.1, one folder, one set of services.

    There can be one per process, since the state of ministack is global.

    Args:
        settings: Account, region, port and time.
        make_engine: Gives the engine, which reports its limits through the `Report` it is given.

    Raises:
        MissingRequirementError: The port is in use.
    """

    def __init__(self, settings: Settings, make_engine: Callable[[Report], Engine]) -> None:
        self._socket = _listen(settings.port)
        port = self._socket.getsockname()[1]
        self.settings = settings
        self.endpoint = f"http://127.0.0.1:{port}"
        self._stopping: Callable[[], object] = lambda: None
        emulator.configure(account=settings.account, region=settings.region, port=port)
        ledger = Ledger()
        clock = Clock(settings.time_scale)
        scratch = Path(tempfile.mkdtemp(prefix="shipway-cloud-"))
        self.kernel = Kernel(
            account=settings.account,
            region=settings.region,
            endpoint=self.endpoint,
            scratch=scratch,
            clock=clock,
            ledger=ledger,
            jobs=Jobs(clock),
            clients=Clients(self.endpoint, settings.account, settings.region),
            events=Events(emulator.put_event),
            engine=make_engine(_into(ledger)),
        )
        self.services = all_services(self.kernel)
        self._gateway = self._wire()

    def _wire(self) -> Gateway:
        authorizer = None
        if self.settings.authorize:
            authorizer = Authorizer(CloudLookup(self.kernel.clients), self.kernel.ledger)
        gateway = Gateway(emulator.app(), self.services, emulator.caller_of, self.settings.region, authorizer)
        gateway.add_control("ready", self.describe)
        if authorizer is not None:
            gateway.add_control("denied", authorizer.denied)
        gateway.add_control("ledger", self.kernel.ledger.as_json)
        gateway.add_control("processes", lambda: {"jobs": self.kernel.jobs.running()})
        emulator.add_provisioners({k: v for s in self.services for k, v in s.provisioners().items()})
        emulator.add_attributes({k: v for s in self.services for k, v in s.attributes().items()})
        emulator.guard_deletions({k: v for s in self.services for k, v in s.deletion_guards().items()})
        targets = {k: v for s in self.services for k, v in s.event_targets().items()}
        emulator.add_event_targets(targets, self.kernel.jobs.start, self.kernel.ledger)
        emulator.record_coverage(self.kernel.ledger)
        self.kernel.ledger.write(emulator.FIDELITY)
        for entry in (entry for service in self.services for entry in service.fidelity):
            self.kernel.ledger.write(entry)
        for sentence in self.kernel.engine.limits():
            self.kernel.ledger.note(Fidelity.SIMULATED, f"engine {self.kernel.engine.name}", sentence)
        return gateway

    def describe(self) -> dict[str, object]:
        """What a client needs to know, as ``GET /_shipway/ready`` answers it."""
        return {
            "endpoint": self.endpoint,
            "account": self.settings.account,
            "region": self.settings.region,
            "engine": self.kernel.engine.name,
            "time_scale": self.settings.time_scale,
        }

    async def serve(self, ready: Callable[[], None], stop: asyncio.Event) -> None:
        """Answer requests until `stop` is set; `ready` is called when the first one can be answered."""
        config = Config()
        config.bind = [f"fd://{self._socket.detach()}"]
        config.graceful_timeout = 1
        config.keep_alive_timeout = 75
        config.errorlog = None
        # Everything that waits must wake before the server stops answering, or their last calls hang.
        self.kernel.engine.prepare()

        async def shutdown() -> None:
            await stop.wait()
            await asyncio.get_running_loop().run_in_executor(None, self._unwind)

        loop = asyncio.get_running_loop()
        loop.call_soon(ready)
        await serve(self._gateway, config, shutdown_trigger=shutdown)  # type: ignore[arg-type] # ASGI by shape

    def _unwind(self) -> None:
        self.kernel.clock.stop()
        for service in self.services:
            try:
                service.close()
            except Exception:
                LOG.exception("%s did not close", type(service).__name__)
        if left := self.kernel.jobs.join(_JOIN_SECONDS):
            LOG.warning("jobs still running at the end: %s", ", ".join(left))
        self.kernel.engine.close()
        self._gateway.close()

    def remove_files(self) -> None:
        """Remove the cloud's folder; called when nothing writes to it any more."""
        shutil.rmtree(self.kernel.scratch, ignore_errors=True)


def run(settings: Settings, make_engine: Callable[[Report], Engine]) -> None:
    """Run a cloud until SIGTERM, SIGINT or the end of standard input.

    One JSON line on stdout says that it is ready.
    """
    cloud = Cloud(settings, make_engine)
    try:
        asyncio.run(_until_told(cloud))
    finally:
        cloud.remove_files()


async def _until_told(cloud: Cloud) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # However our parent dies, its end of our standard input closes: the one sign that cannot be missed.
    watcher = threading.Thread(
        target=_wait_for_end_of_input, args=(loop, stop), name="stdin watcher", daemon=True
    )
    watcher.start()

    def ready() -> None:
        print(json.dumps(cloud.describe()), flush=True)  # noqa: T201 - the contract with whoever started us

    await cloud.serve(ready, stop)


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    loop.call_soon_threadsafe(stop.set)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise MissingRequirementError(
            "the port of the local cloud is in use",
            where=f"127.0.0.1:{port}",
            value=error.strerror or str(error),
            remedy="Stop what listens there, or choose another with --port (0 takes a free one)",
        ) from error
    return listener


def _into(ledger: Ledger) -> Report:
    def report(limit: Limit) -> None:
        ledger.note(Fidelity.NOT_HONOURED, limit.subject, limit.detail)

    return report
