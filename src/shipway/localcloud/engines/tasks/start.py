"""Puts a container together: folders, files of the image, interpreter, address, process."""

from __future__ import annotations

import shutil
import sysconfig
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.engine import ContainerSpec, ContainerStartError, Limit, Log, Report
from shipway.localcloud.engines.oci.layer import unpack
from shipway.localcloud.engines.oci.rootfs import PathEscapeError
from shipway.localcloud.engines.tasks.container import ProcessContainer
from shipway.localcloud.engines.tasks.interpreter import make_interpreter
from shipway.localcloud.engines.tasks.launch import Launch, Room, localise_scripts, plan_launch, site_packages

if TYPE_CHECKING:
    from shipway.localcloud.engines.oci.image import Image
    from shipway.localcloud.engines.oci.store import Store
    from shipway.localcloud.engines.tasks.addresses import Addresses, TaskAddress
    from shipway.localcloud.engines.tasks.keeper import Keeper


class Starter:
    """Starts containers.

    Args:
        folder: Gets a folder per container, which is gone when the container is.
        addresses: Where tasks can be reached.
        keeper: Ends tasks when this process is killed.
        report: Receives what is not done for real.
    """

    def __init__(self, folder: Path, addresses: Addresses, keeper: Keeper, report: Report) -> None:
        self._folder = folder
        self._addresses = addresses
        self._keeper = keeper
        self._report = report

    def start(self, spec: ContainerSpec, image: Image, store: Store, log: Log) -> ProcessContainer:
        """Unpack and start.

        Raises:
            ContainerStartError: The image cannot be unpacked, or its program cannot be started.
        """
        folder = Path(tempfile.mkdtemp(dir=self._folder, prefix=f"{spec.name}-"))
        try:
            return self._start(spec, image, store, log, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _start(
        self, spec: ContainerSpec, image: Image, store: Store, log: Log, folder: Path
    ) -> ProcessContainer:
        room = Room(folder / "root", folder / "python" / "bin" / "python", folder / "tmp")
        bound = folder / "bound"
        for each in (room.root, room.temporary, bound):
            each.mkdir()
        self._unpack(image, store, room.root, spec)
        address = self._addresses.take(spec.container_ports)
        packages = site_packages(image.settings, room.root)
        self._admit_other_python(spec, packages)
        localise_scripts(image.settings, room)
        launch = plan_launch(image.settings, spec, room)
        make_interpreter(folder / "python", address, bound, packages)
        if not launch.is_python and spec.container_ports:
            self._admit(
                spec,
                f"{launch.arguments[0]} is not Python: if it listens itself on a container port, "
                "it does so for the whole machine and not for this task alone",
            )
            launch = _told_its_port(launch, spec, address)
        launch = _with(launch, "HOSTNAME", f"ip-{address.ip.replace('.', '-')}.ec2.internal")
        if image.settings.user not in {"", "root", "0"}:
            self._admit(spec, f"runs as the user who runs Shipway, not as {image.settings.user}")

        return ProcessContainer(
            launch,
            address=address,
            ports=spec.container_ports,
            log=log,
            folder=folder,
            started=self._keeper.watch,
            ended=self._keeper.forget,
        )

    def _unpack(self, image: Image, store: Store, root: Path, spec: ContainerSpec) -> None:
        for layer in image.layers:
            with store.open(layer.digest) as blob:
                try:
                    left_out = unpack(blob, root)
                except PathEscapeError as error:
                    raise ContainerStartError(f"failed to extract layer {layer.digest}: {error}") from error
            if left_out:
                self._admit(spec, f"devices and pipes of the image are left out: {' '.join(left_out)}")

    def _admit_other_python(self, spec: ContainerSpec, packages: tuple[Path, ...]) -> None:
        mine = f"python{sysconfig.get_python_version()}"
        others = sorted({folder.parent.name for folder in packages} - {mine})
        if others:
            self._admit(spec, f"packages of {', '.join(others)} are used by this machine's {mine}")

    def _admit(self, spec: ContainerSpec, detail: str) -> None:
        self._report(Limit(f"container {spec.name}", detail))


def _told_its_port(launch: Launch, spec: ContainerSpec, address: TaskAddress) -> Launch:
    """PORT, for a program that cannot be steered and must not listen where its neighbours do.

    Only then: ECS sets no PORT, and a program that works because of it would fail there.
    """
    port = address.ports.get(spec.container_ports[0])
    return launch if port is None else _with(launch, "PORT", str(port))


def _with(launch: Launch, name: str, value: str) -> Launch:
    """One more variable; what the task sets itself is stronger."""
    return replace(launch, environment={name: value, **launch.environment})
