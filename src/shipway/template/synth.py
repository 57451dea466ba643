"""Runs a project's CDK app as the CDK CLI would, and reads the assembly that it writes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError, UnsupportedError
from shipway.template.assembly import Assembly
from shipway.template.manifest import mapping, read_object, text
from shipway.template.node import find_node

if TYPE_CHECKING:
    from collections.abc import Mapping

# The CDK CLI sets these by default; construct paths and asset locations hang on them.
# https://github.com/aws/aws-cdk-cli/blob/main/packages/%40aws-cdk/toolkit-lib/lib/api/cloud-assembly
_CLI_CONTEXT = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:bundling-stacks": ["**"],
}


class SynthesisFailedError(InputError):
    """The project's own app failed; ``output`` is what it said, its traceback included."""

    def __init__(self, what: str, *, output: str, where: str, remedy: str) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.output = output


@dataclass(frozen=True)
class CdkApp:
    """What a project's ``cdk.json`` says: how to run the app, and the context it runs with."""

    directory: Path
    command: str
    build: str
    context: Mapping[str, Any]

    @classmethod
    def read(cls, directory: Path) -> CdkApp:
        """The app of a project.

        Raises:
            InputError: There is no ``cdk.json``, it cannot be read, or it names no app.
        """
        path = directory / "cdk.json"
        if not path.is_file():
            raise InputError(
                "no cdk.json",
                where=str(directory),
                remedy="Name the directory of a CDK app: shipway rehearse DIR",
            )
        settings = read_object(path)
        command = text(settings, "app")
        if not command:
            raise InputError(
                'no "app" in cdk.json', where=str(path), remedy='Add one, e.g. "app": "python3 app.py"'
            )
        looked_up = directory / "cdk.context.json"
        found = read_object(looked_up) if looked_up.is_file() else {}
        return cls(directory, command, text(settings, "build"), {**found, **mapping(settings, "context")})


def synthesize(
    app: CdkApp, out: Path, *, account: str, region: str, context: Mapping[str, Any] | None = None
) -> Assembly:
    """Run the app and read what it wrote to ``out``.

    Args:
        app: The project's app.
        out: Folder for the assembly; the app makes it.
        account: What an app sees as ``CDK_DEFAULT_ACCOUNT``.
        region: What an app sees as ``CDK_DEFAULT_REGION``.
        context: Goes over the context of ``cdk.json``, as ``cdk -c`` does.

    Raises:
        SynthesisFailedError: The app failed.
        InputError: It succeeded and wrote no assembly.
        MissingRequirementError: This machine has no Node.js that the CDK runs on.
        UnsupportedError: The app asks for values that only a real account knows.
    """
    out = out.resolve()  # the app runs in another folder than we do
    if (app.directory / app.command).is_dir():  # as in the CDK CLI, an app may be a finished assembly
        return Assembly.read(app.directory / app.command)
    environment = _environment(app, out, account, region, context or {})
    interpreter = _interpreter(app.directory, environment)
    for command in filter(None, (app.build, app.command)):
        _run(_with_interpreter(command, interpreter), app.directory, environment)
    assembly = Assembly.read(out)
    _refuse_lookups(out, app.directory)
    return assembly


def _environment(
    app: CdkApp, out: Path, account: str, region: str, context: Mapping[str, Any]
) -> dict[str, str]:
    environment = {
        **os.environ,
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps({**_CLI_CONTEXT, **app.context, **context}),
        "CDK_DEFAULT_ACCOUNT": account,
        "CDK_DEFAULT_REGION": region,
        "JSII_NODE": find_node(os.environ),
    }
    interpreter = _interpreter(app.directory, environment)
    environment["PATH"] = os.pathsep.join([str(interpreter.parent), environment.get("PATH", os.defpath)])
    return environment


def _interpreter(directory: Path, environment: Mapping[str, str]) -> Path:
    """The project's own Python where it has a virtual environment, else ours."""
    active = environment.get("VIRTUAL_ENV")
    for candidate in (active, directory / ".venv", directory / "venv"):
        if candidate and (python := Path(candidate) / "bin" / "python").exists():
            return python
    return Path(sys.executable)


def _with_interpreter(command: str, interpreter: Path) -> str:
    """``python3 app.py`` must not meet a Python that has no aws-cdk-lib only because PATH has it first."""
    return re.sub(r"^\s*python3?(?=\s)", lambda _: shlex.quote(str(interpreter)), command)


def _run(command: str, directory: Path, environment: Mapping[str, str]) -> None:
    # A session of its own: Ctrl-C reaches only us, and we end all that the app has started.
    process = subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = process.communicate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.returncode != 0:
        raise SynthesisFailedError(
            f"the CDK app failed with exit code {process.returncode}",
            output=output,
            where=str(directory / "cdk.json"),
            remedy=f"Its own words stand above; the command was: {command}",
        )


def _refuse_lookups(out: Path, directory: Path) -> None:
    missing = read_object(out / "manifest.json").get("missing")
    if isinstance(missing, list) and missing:
        keys = ", ".join(str(entry.get("key")) for entry in missing if isinstance(entry, dict))
        raise UnsupportedError(
            "the app looks values up in an AWS account",
            where=str(directory),
            value=keys,
            remedy="Run cdk synth once with credentials, and keep the cdk.context.json that it writes",
        )
