"""``docker run``, in the foreground."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.docker_cli.console import answer
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.images import fetch
from shipway.localcloud.engines.docker_cli.options import Given, Option, UsageError, read_options
from shipway.localcloud.engines.engine import ContainerSpec, ContainerStartError, Limit
from shipway.localcloud.engines.oci.reference import parse_reference
from shipway.localcloud.engines.oci.store import UnknownImageError
from shipway.localcloud.engines.tasks.addresses import addresses_of_this_system
from shipway.localcloud.engines.tasks.keeper import Keeper
from shipway.localcloud.engines.tasks.start import Starter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.localcloud.engines.docker_cli.shop import Shop

_NOT_ISOLATED = "a process of this machine is not isolated"
_OPTIONS = (
    Option("rm", is_switch=True),
    Option("interactive", "i", is_switch=True),
    Option("tty", "t", is_switch=True),
    Option("init", is_switch=True),
    Option("detach", "d", is_switch=True),
    Option("name"),
    Option("env", "e"),
    Option("env-file"),
    Option("workdir", "w"),
    Option("entrypoint"),
    Option("pull"),
    Option("platform", not_done="this machine's platform is used"),
    Option("volume", "v", not_done="nothing is mounted"),
    Option("mount", not_done="nothing is mounted"),
    Option("publish", "p", not_done="no port is published"),
    Option("user", "u", not_done="the container runs as the user who runs Shipway"),
    Option("network", not_done=_NOT_ISOLATED),
    Option("add-host", not_done=_NOT_ISOLATED),
    Option("memory", "m", not_done="there is no limit"),
    Option("cpus", not_done="there is no limit"),
    Option("privileged", is_switch=True, not_done=_NOT_ISOLATED),
)
_CANNOT_START = 127


def command_run(shop: Shop, words: Sequence[str]) -> int:
    """``docker run [OPTIONS] IMAGE [COMMAND...]``; the exit code is the container's."""
    given = read_options(words, _OPTIONS, stop_at_first=True)
    if not given.positional:
        raise UsageError('"docker run" requires at least 1 argument.')
    if given.is_on("detach"):
        raise UsageError("docker run --detach is not supported by Shipway's process engine")
    for option, detail in given.not_done:
        shop.report(Limit(f"docker run {option}", detail))
    store = shop.store
    name = given.positional[0]
    try:
        digest = store.find(name)
    except UnknownImageError:
        digest = fetch(shop, parse_reference(name))
    folder = Path(tempfile.mkdtemp(dir=shop.folder, prefix="run-"))
    keeper = Keeper(folder)
    try:
        starter = Starter(folder, addresses_of_this_system(), keeper, shop.report)
        return starter.start(_spec(shop, given), store.load(digest), store, answer).wait()
    except ContainerStartError as error:
        raise CommandFailedError(f"docker: Error response from daemon: {error}", _CANNOT_START) from error
    finally:
        keeper.close()
        shutil.rmtree(folder, ignore_errors=True)


def _spec(shop: Shop, given: Given) -> ContainerSpec:
    entry_point = given.last("entrypoint")
    return ContainerSpec(
        name=given.last("name") or "run",
        image=given.positional[0],
        registry=shop.registry,
        command=given.positional[1:] or None,
        entry_point=None if entry_point is None else tuple(filter(None, (entry_point,))),
        environment=_environment(given),
        working_directory=given.last("workdir"),
    )


def _environment(given: Given) -> dict[str, str]:
    lines = [
        line
        for file in given.every("env-file")
        for line in Path(file).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    environment: dict[str, str] = {}
    for line in (*lines, *given.every("env")):
        name, equals, value = line.partition("=")
        if equals:
            environment[name] = value
        elif name in os.environ:
            environment[name] = os.environ[name]
    return environment
