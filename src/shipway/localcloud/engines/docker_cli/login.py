"""``docker login`` and ``docker logout``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from shipway.localcloud.engines.docker_cli.console import answer, tell
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.options import Option, UsageError, read_options
from shipway.localcloud.engines.engine import Credentials, Limit
from shipway.localcloud.engines.oci.reference import is_ecr
from shipway.localcloud.engines.oci.registry import RegistryClient, RegistryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.localcloud.engines.docker_cli.shop import Shop

_DOCKER_HUB = "https://index.docker.io/v1/"  # the key under which Docker keeps the login of its own registry
_OPTIONS = (Option("username", "u"), Option("password", "p"), Option("password-stdin", is_switch=True))


def command_login(shop: Shop, words: Sequence[str]) -> int:
    """``docker login --username USER --password-stdin REGISTRY``."""
    given = read_options(words, _OPTIONS)
    if len(given.positional) > 1:
        raise UsageError('"docker login" requires at most 1 argument.')
    host = _host(given.positional[0]) if given.positional else _DOCKER_HUB
    user, password = given.last("username"), given.last("password")
    if given.is_on("password-stdin"):
        if password is not None:
            raise CommandFailedError("--password and --password-stdin are mutually exclusive")
        if user is None:
            raise CommandFailedError("Must provide --username with --password-stdin")
        password = sys.stdin.read().rstrip("\r\n")
        if not password:
            raise CommandFailedError("password is empty")
    elif password is not None:
        tell("WARNING! Using --password via the CLI is insecure. Use --password-stdin.")
    if user is None or password is None:
        raise CommandFailedError("Error: Cannot perform an interactive login from a non TTY device")
    credentials = Credentials(user, password)
    _check(shop, host, credentials)
    shop.keep_credentials(host, credentials)
    answer("Login Succeeded")
    return 0


def command_logout(shop: Shop, words: Sequence[str]) -> int:
    """``docker logout [REGISTRY]``."""
    given = read_options(words, ())
    host = _host(given.positional[0]) if given.positional else _DOCKER_HUB
    shop.keep_credentials(host, None)
    answer(f"Removing login credentials for {host}")
    return 0


def _check(shop: Shop, host: str, credentials: Credentials) -> None:
    if host != shop.registry.host and not is_ecr(host):
        shop.report(Limit(f"docker login {host}", "the registry is not asked whether the password is right"))
        return
    try:
        RegistryClient(shop.registry, host, credentials).check()
    except RegistryError as error:
        raise CommandFailedError(
            f"Error response from daemon: login attempt to https://{host}/v2/ failed with status: "
            f"{error.status} ({error})"
        ) from error


def _host(text: str) -> str:
    host = text.removeprefix("https://").removeprefix("http://").split("/", maxsplit=1)[0]
    return _DOCKER_HUB if host in {"docker.io", "index.docker.io"} else host
