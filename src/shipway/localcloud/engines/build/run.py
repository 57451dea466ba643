"""``RUN``: ``pip install`` is really executed; nothing else is.

The lines of a Dockerfile are meant for a container and would change the machine of the user.
"""

from __future__ import annotations

import posixpath
import shlex
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.build.commands import pip_arguments, split_commands, virtual_environment
from shipway.localcloud.engines.build.pip import UnsupportedPipError, read_pip_install, run_pip
from shipway.localcloud.engines.build.workshop import BuildFailedError
from shipway.localcloud.engines.oci.rootfs import inside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.engines.build.workshop import Workshop
    from shipway.localcloud.engines.dockerfile.read import Instruction
    from shipway.localcloud.engines.oci.image import Settings

_WITHOUT_EFFECT = frozenset({"set", ":", "true"})
_DEFAULT_PREFIX = "/usr/local"


class Run:
    """One ``RUN`` of a stage.

    Args:
        workshop: Shared by the build.
        root: The files of the stage so far.
        settings: Of the stage so far.
        variables: ``ARG`` and ``ENV``.
        admit: Receives one sentence for each thing that is not done.
    """

    def __init__(
        self,
        workshop: Workshop,
        root: Path,
        settings: Settings,
        variables: Mapping[str, str],
        admit: Callable[[str], None],
    ) -> None:
        self._workshop = workshop
        self._root = root
        self._settings = settings
        self._variables = variables
        self._admit = admit
        self._here = settings.working_directory

    def execute(self, instruction: Instruction) -> Path | None:
        """Execute what can be; returns a folder with the new files, or ``None`` when there are none.

        Raises:
            BuildFailedError: pip failed.
        """
        commands = self._commands(instruction)
        output = Path(tempfile.mkdtemp(dir=self._workshop.scratch))
        for command in commands:
            if command[0] == "cd" and len(command) > 1:
                self._here = posixpath.join(self._here, command[1])
            elif (folder := virtual_environment(command)) is not None:
                self._make_virtual_environment(output, posixpath.join(self._here, folder))
            elif (pip := pip_arguments(command)) is not None:
                self._pip(output, *pip, instruction)
            elif command[0] not in _WITHOUT_EFFECT:
                self._admit(f"not executed: {shlex.join(command)}")
        return output if any(output.iterdir()) else None

    def _commands(self, instruction: Instruction) -> tuple[tuple[str, ...], ...]:
        if instruction.array is not None:
            return (instruction.array,)
        commands = split_commands(instruction.text, self._variables)
        if commands is None:
            self._admit(f"not executed, for it is more than plain commands: {instruction.text}")
            return ()
        return commands

    def _pip(self, output: Path, program: str, words: tuple[str, ...], instruction: Instruction) -> None:
        environment = self._settings.environment
        try:
            install = read_pip_install(
                words, self._root, self._here, self._prefix(program), environment.get("HOME", "/root")
            )
        except UnsupportedPipError as error:
            self._admit(f"not executed: {error}: {instruction.text}")
            return
        if install.editable:
            self._admit("pip install --editable is done as a plain install")
        code = run_pip(
            install,
            library=self._library,
            python=self._workshop.python,
            output=output,
            root=self._root,
            here=inside(self._root, self._here),
            environment={
                **self._workshop.pip_environment,
                # What an image says to pip counts, but for the cache, which is of this machine and no image.
                **{
                    k: v
                    for k, v in self._variables.items()
                    if k.startswith("PIP_") and k != "PIP_NO_CACHE_DIR"
                },
            },
            say=self._workshop.say,
        )
        if code:
            raise BuildFailedError(
                f'process "/bin/sh -c {instruction.text}" did not complete successfully: exit code: {code}'
            )

    @property
    def _library(self) -> str:
        """Where the image's Python, whose version Docker's ``python`` images tell, has its packages."""
        version = self._settings.environment.get("PYTHON_VERSION", sysconfig.get_python_version())
        return f"lib/python{'.'.join(version.split('.')[:2])}"

    def _prefix(self, program: str) -> str:
        """Where the pip that the image's PATH would find installs: a virtual environment, or the system."""
        if "/" in program:
            places = [posixpath.dirname(posixpath.join(self._here, program))]
        else:
            places = self._settings.environment.get("PATH", "").split(":")
        for place in places:
            prefix = posixpath.dirname(place.rstrip("/"))
            if prefix and inside(self._root, posixpath.join(prefix, "pyvenv.cfg")).is_file():
                return prefix
        return _DEFAULT_PREFIX

    def _make_virtual_environment(self, output: Path, folder: str) -> None:
        """The folders of a virtual environment; the interpreter comes from the machine that runs the task."""
        place = output / posixpath.normpath(folder).lstrip("/")
        (place / self._library / "site-packages").mkdir(parents=True)
        (place / "bin").mkdir()
        (place / "pyvenv.cfg").write_text(f"home = {_DEFAULT_PREFIX}/bin\n")
