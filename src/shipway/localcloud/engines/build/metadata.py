"""Instructions that change only what an image says about itself. Pure."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shipway.localcloud.engines.dockerfile.read import DockerfileError, Instruction, json_array
from shipway.localcloud.engines.dockerfile.words import expand, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.engines.oci.image import Settings

DEFAULT_SHELL = ("/bin/sh", "-c")
_PORT = re.compile(r"(\d+(?:-\d+)?)(?:/(tcp|udp|sctp))?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)")
_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_HEALTH_TIMES = {
    "interval": "Interval",
    "timeout": "Timeout",
    "start-period": "StartPeriod",
    "start-interval": "StartInterval",
}

NOT_DONE: Mapping[str, str] = {
    "USER": "the task runs as the user who runs Shipway, not as this user",
    "HEALTHCHECK": "kept in the image and not run; ECS, too, runs only a task definition's health check",
    "VOLUME": "kept in the image; the folder is an ordinary folder of the task",
    "ONBUILD": "left out of the image",
    "MAINTAINER": "left out of the image: it is deprecated, use LABEL",
}
"""What these instructions do not do for real, besides what they write into the image."""


def apply(  # noqa: C901, PLR0911, PLR0912 - one case per instruction
    settings: Settings, instruction: Instruction, variables: Mapping[str, str], escape: str
) -> Settings:
    """The settings after one instruction; keywords that say nothing about the image leave them as they are.

    Raises:
        DockerfileError: Arguments that Docker would refuse.
    """

    def expanded() -> tuple[str, ...]:
        words = instruction.array or split_words(instruction.text, escape)
        return tuple(value for word in words if (value := expand(word, variables, escape)))

    match instruction.keyword:
        case "ENV":
            return replace(
                settings, environment={**settings.environment, **_pairs(instruction, variables, escape)}
            )
        case "LABEL":
            return replace(settings, labels={**settings.labels, **_pairs(instruction, variables, escape)})
        case "CMD":
            return replace(settings, command=program(instruction, settings))
        case "ENTRYPOINT":
            return replace(settings, entry_point=program(instruction, settings))
        case "WORKDIR":
            folder = expand(instruction.text, variables, escape)
            return replace(settings, working_directory=absolute(settings, folder))
        case "EXPOSE":
            ports = (_port(instruction, word) for word in expanded())
            return replace(settings, exposed_ports=tuple(dict.fromkeys((*settings.exposed_ports, *ports))))
        case "VOLUME":
            return replace(settings, volumes=tuple(dict.fromkeys((*settings.volumes, *expanded()))))
        case "USER":
            return replace(settings, user=expand(instruction.text, variables, escape))
        case "STOPSIGNAL":
            return replace(settings, stop_signal=expand(instruction.text, variables, escape))
        case "SHELL":
            if not instruction.array:
                raise DockerfileError(instruction.line, "SHELL requires the arguments to be in JSON form")
            return replace(settings, shell=instruction.array)
        case "HEALTHCHECK":
            return replace(settings, health_check=_health_check(instruction))
        case _:
            return settings


def absolute(settings: Settings, path: str) -> str:
    """A path of the image, taken from its working directory."""
    joined = posixpath.normpath(posixpath.join("/", settings.working_directory, path))
    return "/" + joined.lstrip("/")


def program(instruction: Instruction, settings: Settings) -> tuple[str, ...]:
    """The words of ``CMD``, ``ENTRYPOINT`` or ``RUN``; the shell form is handed to the image's shell."""
    if instruction.array is not None:
        return instruction.array
    return (*(settings.shell or DEFAULT_SHELL), instruction.text)


def _pairs(instruction: Instruction, variables: Mapping[str, str], escape: str) -> dict[str, str]:
    words = split_words(instruction.text, escape)
    if "=" not in words[0]:  # the old form: ENV name the whole rest
        if len(words) == 1:
            raise DockerfileError(instruction.line, f"{instruction.keyword} must have two arguments")
        rest = instruction.text[len(words[0]) :].strip()
        return {words[0]: expand(rest, variables, escape)}
    pairs: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise DockerfileError(
                instruction.line, f"Syntax error - can't find = in {word!r}. Must be of the form: name=value"
            )
        pairs[expand(name, variables, escape)] = expand(value, variables, escape)
    return pairs


def _port(instruction: Instruction, word: str) -> str:
    match = _PORT.fullmatch(word)
    if match is None:
        raise DockerfileError(instruction.line, f"invalid containerPort: {word}")
    return f"{match[1]}/{match[2] or 'tcp'}"


def _health_check(instruction: Instruction) -> dict[str, Any]:
    kind, _, command = instruction.text.partition(" ")
    if kind.upper() == "NONE":
        return {"Test": ["NONE"]}
    if kind.upper() != "CMD" or not command.strip():
        raise DockerfileError(instruction.line, f"Unknown type {kind!r} in HEALTHCHECK (try CMD)")
    array = json_array(command.strip())
    test = ["CMD-SHELL", command.strip()] if array is None else ["CMD", *array]
    times = {
        key: _nanoseconds(instruction, value)
        for name, key in _HEALTH_TIMES.items()
        if (value := instruction.flag(name)) is not None
    }
    retries = instruction.flag("retries")
    return {"Test": test, **times, **({"Retries": int(retries)} if retries and retries.isdigit() else {})}


def _nanoseconds(instruction: Instruction, text: str) -> int:
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise DockerfileError(instruction.line, f"invalid duration: {text}")
    return round(sum(float(number) * _NANOSECONDS[unit] for number, unit in parts))
