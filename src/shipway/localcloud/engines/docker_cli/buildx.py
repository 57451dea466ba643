"""``docker buildx``: its builders are names, since there is one way to build here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.engines.docker_cli.build import command_build
from shipway.localcloud.engines.docker_cli.console import answer
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.options import Option, UsageError, read_options
from shipway.localcloud.engines.docker_cli.shop import DEFAULT_BUILDER, Shop
from shipway.localcloud.engines.engine import Limit

if TYPE_CHECKING:
    from collections.abc import Sequence

_CREATE = (
    Option("name"),
    Option("driver"),
    Option("use", is_switch=True),
    Option("bootstrap", is_switch=True),
    Option("driver-opt", not_done="no builder is started, so its options have no effect"),
    Option("platform", not_done="images are made for one platform"),
    Option("config", not_done="no builder is started, so its configuration has no effect"),
    Option("buildkitd-config", not_done="no builder is started, so its configuration has no effect"),
    Option("buildkitd-flags", not_done="no builder is started, so its flags have no effect"),
)
_FIRST_NAME = "builder0"


def command_buildx(shop: Shop, words: Sequence[str]) -> int:
    """``docker buildx build|create|use|inspect|ls|rm|version``."""
    if not words:
        raise UsageError("docker buildx needs a command")
    commands = {
        "build": command_build,
        "b": command_build,
        "create": _create,
        "use": _use,
        "inspect": _inspect,
        "ls": _list,
        "rm": _remove,
        "version": _version,
    }
    command = commands.get(words[0])
    if command is None:
        raise UsageError(f"docker buildx {words[0]} is not supported by Shipway's process engine")
    return command(shop, words[1:])


def _create(shop: Shop, words: Sequence[str]) -> int:
    given = read_options(words, _CREATE)
    for option, detail in given.not_done:
        shop.report(Limit(f"docker buildx create {option}", detail))
    driver = given.last("driver") or "docker-container"
    if driver != "docker-container":
        raise UsageError(f"--driver {driver} is not supported by Shipway's process engine")
    names, current = shop.builders()
    name = given.last("name") or _FIRST_NAME
    if name in names or name == DEFAULT_BUILDER:
        raise CommandFailedError(f'ERROR: existing instance for "{name}" but no append mode')
    shop.keep_builders([*names, name], name if given.is_on("use") else current)
    answer(name)
    return 0


def _use(shop: Shop, words: Sequence[str]) -> int:
    switches = (Option("default", is_switch=True), Option("global", is_switch=True))
    shop.keep_builders(shop.builders()[0], _existing(shop, read_options(words, switches).positional))
    return 0


def _inspect(shop: Shop, words: Sequence[str]) -> int:
    name = _existing(shop, read_options(words, (Option("bootstrap", is_switch=True),)).positional)
    answer(f"Name:          {name}")
    answer(f"Driver:        {_driver(name)}")
    answer("Status:        running")
    return 0


def _list(shop: Shop, words: Sequence[str]) -> int:
    read_options(words, ())
    names, current = shop.builders()
    answer(f"{'NAME/NODE':<24}DRIVER/ENDPOINT")
    for name in (DEFAULT_BUILDER, *names):
        answer(f"{name + '*' * (name == current):<24}{_driver(name)}")
    return 0


def _remove(shop: Shop, words: Sequence[str]) -> int:
    name = _existing(shop, read_options(words, (Option("force", "f", is_switch=True),)).positional)
    names, current = shop.builders()
    if name == DEFAULT_BUILDER:
        raise CommandFailedError("ERROR: context builder cannot be removed")
    shop.keep_builders(
        [each for each in names if each != name], DEFAULT_BUILDER if name == current else current
    )
    answer(f"{name} removed")
    return 0


def _version(_shop: Shop, _words: Sequence[str]) -> int:
    answer("github.com/docker/buildx (spoken by Shipway's process engine)")
    return 0


def _existing(shop: Shop, positional: tuple[str, ...]) -> str:
    names, current = shop.builders()
    name = positional[0] if positional else current
    if name != DEFAULT_BUILDER and name not in names:
        raise CommandFailedError(f'ERROR: no builder "{name}" found')
    return name


def _driver(name: str) -> str:
    return "docker" if name == DEFAULT_BUILDER else "docker-container"
