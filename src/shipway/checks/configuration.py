"""What a project settles once: ``[tool.shipway.check]`` in pyproject.toml, ``[check]`` in shipway.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.checks.suppressions import Allowance, read_allowances
from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FAIL_ON = ("error", "warning", "info", "never")
_KEYS = frozenset({"select", "ignore", "fail-on", "allow"})


class Configuration(NamedTuple):
    """Settings of ``shipway check``; options on the command line win over them."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = ""
    allowances: tuple[Allowance, ...] = ()


def find_configuration(directory: Path) -> Configuration:
    """The settings in ``shipway.toml`` or ``pyproject.toml`` of a directory; none where neither has any.

    Raises:
        InputError: They cannot be read.
    """
    for name in ("shipway.toml", "pyproject.toml"):
        path = directory / name
        if path.is_file() and (found := _section(path)) is not None:
            return _configuration(found, path)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """The settings in a file.

    Raises:
        InputError: It cannot be read, or holds none.
    """
    section = _section(path)
    if section is None:
        raise InputError("the file has no section for shipway check", where=str(path))
    return _configuration(section, path)


def _section(path: Path) -> Mapping[str, Any] | None:
    try:
        text = path.read_text(encoding="utf-8")
        if path.name == "pyproject.toml" and "shipway" not in text:
            return None  # TOML takes as long to import and read as most templates take to check

        import tomllib  # noqa: PLC0415

        data: Any = tomllib.loads(text)
    except OSError as error:
        raise InputError("the file cannot be read", where=str(path), value=error.strerror or "") from error
    except ValueError as error:  # of the encoding, or of TOML
        raise InputError("the file is not TOML", where=str(path), value=str(error)) from error
    keys = ("tool", "shipway", "check") if path.name == "pyproject.toml" else ("check",)
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else None


def _configuration(section: Mapping[str, Any], path: Path) -> Configuration:
    for key in section:
        if key not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise InputError("unknown setting", where=str(path), value=key, remedy=f"There are: {known}")
    fail_on = section.get("fail-on", "")
    if fail_on not in {"", *FAIL_ON}:
        raise InputError(
            "no such severity",
            where=f"{path}: fail-on",
            value=str(fail_on),
            remedy=f"Use {', '.join(FAIL_ON)}",
        )
    return Configuration(
        select=_strings(section, "select", path),
        ignore=_strings(section, "ignore", path),
        fail_on=fail_on,
        allowances=tuple(read_allowances(section.get("allow", []), str(path))),
    )


def _strings(section: Mapping[str, Any], key: str, path: Path) -> tuple[str, ...]:
    value = section.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InputError("a list of strings belongs here", where=f"{path}: {key}", value=str(value))
    return tuple(value)
