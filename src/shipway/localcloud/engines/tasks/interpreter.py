"""The Python of one task: this machine's, without its packages, steered to the task's own address."""

from __future__ import annotations

import shutil
import sysconfig
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.tasks import steering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.localcloud.engines.tasks.addresses import TaskAddress

_HOOK = "_shipway_steering"


def make_interpreter(folder: Path, address: TaskAddress, bound: Path, site_packages: Sequence[Path]) -> Path:
    """A bare virtual environment in ``folder``; returns its interpreter.

    A hook in it is not undone by a task that sets PYTHONPATH or starts Python with an empty environment.

    Args:
        folder: Does not exist yet.
        address: The task's network.
        bound: An existing folder that the task's processes share.
        site_packages: Of the image; ``.pth`` files in them count.
    """
    venv.EnvBuilder(symlinks=True).create(folder)
    packages = folder / f"lib/python{sysconfig.get_python_version()}/site-packages"
    shutil.copyfile(Path(steering.__file__), packages / f"{_HOOK}.py")
    arguments = (
        f"{address.ip!r}, {address.loopback!r}, {dict(address.ports)!r}, {str(bound)!r}, "
        f"keeps_ports={address.keeps_ports!r}"
    )
    # site executes a line of a .pth file that starts with "import".
    (packages / f"{_HOOK}.pth").write_text(
        f"import {_HOOK} as s; s.install(s.Steering({arguments}), {[str(p) for p in site_packages]!r})\n"
    )
    return folder / "bin" / "python"
