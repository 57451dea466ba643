"""The engine that needs nothing but Python: images are made file by file, tasks are processes."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.build.base import stand_in
from shipway.localcloud.engines.build_python import BuildPython
from shipway.localcloud.engines.build_room import BuildRoom
from shipway.localcloud.engines.engine import (
    BuildEnvironment,
    ContainerSpec,
    Engine,
    ImageUnavailableError,
    Limit,
    Log,
    Registry,
    Report,
    RunningContainer,
)
from shipway.localcloud.engines.oci.pull import pull
from shipway.localcloud.engines.oci.reference import InvalidNameError, parse_reference
from shipway.localcloud.engines.oci.registry import RegistryError, host_architecture
from shipway.localcloud.engines.oci.store import DigestMismatchError, Store
from shipway.localcloud.engines.tasks.addresses import addresses_of_this_system
from shipway.localcloud.engines.tasks.keeper import Keeper
from shipway.localcloud.engines.tasks.start import Starter

if TYPE_CHECKING:
    from shipway.localcloud.engines.oci.image import Image
    from shipway.localcloud.engines.tasks.container import ProcessContainer

_LIMITS = (
    "Base images are not pulled: this machine's Python stands in for them.",
    "Of RUN only `pip install` and `python -m venv` are executed.",
    "A task is a process of this machine: no isolation, no CPU or memory limit, no USER.",
    "A task sees this machine's files: absolute paths lead to the image only in command and environment.",
    "A server that opens its sockets outside Python (nginx, gRPC) listens for all tasks and not for its own.",
    "Builds share one Python environment: what an earlier build of the run installed is still there.",
)
_STOP_SECONDS = 1.0


class ProcessEngine(Engine):
    """See the module.

    Args:
        report: Receives each thing that is not done for real, as it is met.
        folder: For everything the engine writes; a new temporary one by default. It is removed by ``close``.
    """

    def __init__(self, report: Report, folder: Path | None = None) -> None:
        self._report = report
        self._folder = folder or Path(tempfile.mkdtemp(prefix="shipway-engine-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._keeper = Keeper(self._folder)
        self._store = Store(self._folder / "images")
        self._build_python = BuildPython(self._folder / "build-python", self._keeper)
        self._containers: list[ProcessContainer] = []
        self._rooms: list[BuildRoom] = []
        self._lock = threading.Lock()
        tasks = self._folder / "tasks"
        tasks.mkdir()
        self._starter = Starter(tasks, addresses_of_this_system(), self._keeper, report)

    @property
    def name(self) -> str:
        """``process``."""
        return "process"

    def limits(self) -> tuple[str, ...]:
        """What this engine never does for real."""
        return _LIMITS

    def prepare(self) -> None:
        """Make the Python of the builds in the background: it takes about three seconds."""
        self._build_python.prepare()

    def build_environment(self, scratch: Path, registry: Registry) -> BuildEnvironment:
        """See ``Engine``; waits for the Python of the builds."""
        room = BuildRoom(scratch, registry, self._build_python.interpreter(), self._report)
        with self._lock:
            self._rooms.append(room)
        return room

    def run(self, spec: ContainerSpec, log: Log) -> RunningContainer:
        """See ``Engine``."""
        container = self._starter.start(spec, self._image(spec), self._store, log)
        with self._lock:
            self._containers = [each for each in self._containers if each.poll() is None]
            self._containers.append(container)
        return container

    def close(self) -> None:
        """See ``Engine``; containers get a second to end by themselves."""
        with self._lock:
            containers, self._containers = self._containers, []
            rooms, self._rooms = self._rooms, []
        stops = [threading.Thread(target=each.stop, args=(_STOP_SECONDS,)) for each in containers]
        for stop in stops:
            stop.start()
        for stop in stops:
            stop.join()
        for room in rooms:
            room.close()
        self._build_python.close()
        self._keeper.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _image(self, spec: ContainerSpec) -> Image:
        try:
            reference = parse_reference(spec.image)
            digest = pull(reference, spec.registry, spec.credentials, self._store)
        except (InvalidNameError, RegistryError, DigestMismatchError) as error:
            raise ImageUnavailableError(f"pull image {spec.image}: {error}") from error
        if digest is not None:
            return self._store.load(digest)
        image, admission = stand_in(reference, host_architecture())
        self._report(Limit(f"container {spec.name}", admission))
        return image
