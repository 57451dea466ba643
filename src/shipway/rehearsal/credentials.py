"""Credentials of Docker Hub in Parameter Store: where ``RegistryCredentials`` has the build look for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

UNSET = "unset"  # what the stack gives the user name when it makes the parameter
_LONGEST = 4096  # characters of a standard parameter (SSM API, PutParameter)


@dataclass(frozen=True)
class Places:
    """The names of the two parameters."""

    user_name: str
    password: str

    @classmethod
    def of(cls, service: str, environment_suffix: str) -> Places:
        """Those of a service in an environment.

        Raises:
            InputError: No stack can have such a service or environment.
        """
        naming = Naming(service, environment_suffix)
        return cls(
            naming.path(Kind.PARAMETER, "docker-hub", "user-name"),
            naming.path(Kind.PARAMETER, "docker-hub", "password"),
        )


@dataclass(frozen=True)
class Parameter:
    """What Parameter Store holds; a ``SecureString`` is decrypted, and never part of ``repr``."""

    type: str
    value: str

    def __repr__(self) -> str:
        """The type only."""
        return f"Parameter({self.type})"


class ParameterStore(Protocol):
    """AWS Systems Manager Parameter Store of one account and region."""

    def read(self, name: str) -> Parameter | None:
        """The parameter, if there is one."""

    def write(self, name: str, parameter: Parameter) -> None:
        """Write a parameter, over an older value."""


def set_credentials(store: ParameterStore, places: Places, user_name: str, password: str) -> None:
    """Write both, and read them back.

    The password comes first: the build logs in as soon as there is a user name.

    Raises:
        InputError: A value cannot be one, or the stack that makes the parameters is not there.
    """
    _require_value("user name", user_name)
    _require_value("password", password)
    if user_name == UNSET:
        raise InputError(
            f"{UNSET!r} means that there is no user name", where="--user-name", remedy="Give another"
        )
    if store.read(places.user_name) is None:
        # Made by us, it would make the stack's deployment fail.
        raise InputError(
            "the parameter does not exist",
            where=places.user_name,
            remedy="Deploy the stack first, which makes it; or name another service, environment or region",
        )
    found = store.read(places.password)
    if found is not None and found.type != "SecureString":
        raise InputError(
            "the parameter is there and is not a SecureString, which AWS does not let it become",
            where=places.password,
            value=found.type,
            remedy=f"aws ssm delete-parameter --name {places.password}, then run this again",
        )
    written = {
        places.password: Parameter("SecureString", password),
        places.user_name: Parameter("String", user_name),
    }
    for name, parameter in written.items():
        store.write(name, parameter)
        if store.read(name) != parameter:
            raise InputError(
                "the parameter does not hold what was written to it",
                where=name,
                remedy="Somebody may be writing it at the same time: run this again",
            )


def problems(store: ParameterStore, places: Places) -> tuple[str, ...]:
    """What keeps a build from logging in with them, a sentence each; nothing when it can."""
    user_name, password = store.read(places.user_name), store.read(places.password)
    found = []
    if user_name is None:
        found.append(f"{places.user_name} does not exist: the stack is not deployed here")
    elif user_name.type != "String":
        found.append(f"{places.user_name} is a {user_name.type}: the stack makes it a String")
    elif user_name.value == UNSET:
        found.append(f"{places.user_name} is not set: the build pulls anonymously")
    if password is None:
        found.append(f"{places.password} does not exist")
    elif password.type != "SecureString":
        found.append(f"{places.password} is a {password.type}: it is not encrypted")
    return tuple(found)


def _require_value(what: str, value: str) -> None:
    if not value or len(value) > _LONGEST or not value.isprintable() or "{{" in value:
        # The value itself is not shown: it may be the password.
        raise InputError(
            f"the {what} must be one line of 1 to {_LONGEST} printable characters, without '{{{{'",
            value=f"{len(value)} characters",
            remedy="Give one that Parameter Store takes",
        )
