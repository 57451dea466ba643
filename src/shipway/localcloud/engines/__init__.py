"""How an image is built and a task is run on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.errors import InputError

if TYPE_CHECKING:
    from shipway.localcloud.engines.engine import Engine, Report

ENGINES = ("process",)


def make_engine(name: str, report: Report) -> Engine:
    """The engine of that name; ``report`` receives each thing that it does not do for real.

    Raises:
        InputError: No such engine.
    """
    if name not in ENGINES:
        raise InputError("no such engine", where="engine", value=name, remedy=f"Use {' or '.join(ENGINES)}")
    # Here, so that the `docker` command of a build, which is started often, does not load what runs tasks.
    from shipway.localcloud.engines.process import ProcessEngine  # noqa: PLC0415 - see above

    return ProcessEngine(report)
