"""``shipway credentials set`` and ``shipway credentials check``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from shipway import bootstrap
from shipway.errors import EXIT_CLEAN, EXIT_FINDINGS
from shipway.rehearsal.credentials import Places, problems, set_credentials

if TYPE_CHECKING:
    from collections.abc import Callable


def _where(function: Callable[..., int]) -> Callable[..., int]:
    """The arguments that both commands take."""
    decorators: tuple[Callable[[Any], Any], ...] = (
        click.argument("service", metavar="SERVICE"),
        click.option(
            "--environment",
            envvar="ENVIRONMENT_SUFFIX",
            default="dev",
            show_default=True,
            help="The environment's suffix; `delivery` for a PromotionPipeline.",
        ),
        click.option("--profile", default="", help="A profile of the AWS configuration."),
        click.option("--region", default="", help="AWS region.  [default: as the AWS configuration says]"),
    )
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


@click.group("credentials")
def command() -> None:
    """Write and check the credentials of an image registry.

    A build whose image comes from Docker Hub pulls anonymously, and so within a narrow limit, until a user
    name and a password stand in Parameter Store. No template holds the password, so no stack can write it.
    """


@command.command("set")
@_where
@click.option("--user-name", help="User name on Docker Hub.  [default: asked for]")
def set_(service: str, environment: str, profile: str, region: str, user_name: str | None) -> int:
    """Write the user name and the password of SERVICE, and read them back.

    The password (better: an access token) is asked for, or read from standard input when that is no terminal;
    it is never an argument, and never shown.
    """
    places = Places.of(service, environment)
    name, password = _ask(user_name) if sys.stdin.isatty() else _read(user_name)
    set_credentials(bootstrap.parameter_store(profile, region), places, name, password)
    click.echo(f"written and read back: {places.user_name} and {places.password}", err=True)
    return EXIT_CLEAN


@command.command("check")
@_where
def check(service: str, environment: str, profile: str, region: str) -> int:
    """Tell whether the build of SERVICE can log in: both parameters are there, set, and of the right type.

    Whether Docker Hub accepts them, the next build tells. The exit code is 1 when something is missing.
    """
    places = Places.of(service, environment)
    found = problems(bootstrap.parameter_store(profile, region), places)
    for problem in found:
        click.echo(problem)
    if not found:
        click.echo(f"{places.user_name} and {places.password} are set")
    return EXIT_FINDINGS if found else EXIT_CLEAN


def _ask(user_name: str | None) -> tuple[str, str]:
    name = user_name or click.prompt("User name on Docker Hub", err=True)
    return name, click.prompt("Password or access token", hide_input=True, confirmation_prompt=True, err=True)


def _read(user_name: str | None) -> tuple[str, str]:
    if not user_name:
        raise click.UsageError("--user-name is needed when the password comes from standard input")
    return user_name, sys.stdin.read().removesuffix("\n").removesuffix("\r")
