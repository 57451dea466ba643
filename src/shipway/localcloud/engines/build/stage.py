"""A stage in the making: each instruction changes its image, its files, or what is reported."""

from __future__ import annotations

import re
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

from shipway.localcloud.engines.build.files import (
    MissingSourceError,
    Origin,
    copied,
    is_remote,
    unpacked_archives,
    with_mode,
)
from shipway.localcloud.engines.build.metadata import NOT_DONE, absolute, apply
from shipway.localcloud.engines.build.plan import declared
from shipway.localcloud.engines.build.run import Run
from shipway.localcloud.engines.build.workshop import BuildFailedError, Workshop
from shipway.localcloud.engines.dockerfile.read import DockerfileError, Instruction
from shipway.localcloud.engines.dockerfile.words import WordError, expand, split_words
from shipway.localcloud.engines.engine import Limit
from shipway.localcloud.engines.oci.image import Image, Layer
from shipway.localcloud.engines.oci.layer import Entry, tree, unpack
from shipway.localcloud.engines.oci.rootfs import PathEscapeError, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_OCTAL = re.compile(r"[0-7]{3,4}")
# Flags that are honoured, or whose absence cannot be seen in the image.
_KNOWN_FLAGS: Mapping[str, frozenset[str]] = {
    "COPY": frozenset({"from", "chmod", "link"}),
    "ADD": frozenset({"chmod", "link"}),
    "HEALTHCHECK": frozenset({"interval", "timeout", "start-period", "start-interval", "retries"}),
}


class StageInProgress:
    """The image and the files of one stage, so far.

    Args:
        workshop: Shared by the build.
        name: Of the stage.
        image: What ``FROM`` gave.
        root: Its files; they are changed in place.
        context: Where ``COPY`` takes from.
        origin: Where ``COPY --from`` takes from; ``None`` when it cannot be had.
        given: ``--build-arg`` and the platform's arguments.
        global_arguments: The ``ARG`` before the first ``FROM``: visible once declared again.
        escape: The escape character.
    """

    def __init__(
        self,
        *,
        workshop: Workshop,
        name: str,
        image: Image,
        root: Path,
        context: Origin,
        origin: Callable[[str, Instruction], Origin | None],
        given: Mapping[str, str],
        global_arguments: Mapping[str, str],
        escape: str,
    ) -> None:
        self.image = image
        self.root = root
        self._workshop = workshop
        self._name = name
        self._context = context
        self._origin = origin
        self._given = {**global_arguments, **given}
        self._arguments: dict[str, str] = {}
        self._escape = escape
        self._sets_command = False

    def execute(self, instruction: Instruction) -> None:
        """Carry out one instruction.

        Raises:
            BuildFailedError: It failed, as it would have in a container.
            DockerfileError: It cannot be read.
        """
        self._workshop.say(f"[{self._name}] {_written(instruction)}")
        self._admit_flags(instruction)
        if instruction.keyword in NOT_DONE:
            self._admit(instruction, NOT_DONE[instruction.keyword])
        try:
            self._dispatch(instruction)
        except WordError as error:
            raise DockerfileError(instruction.line, str(error)) from error
        except (MissingSourceError, PathEscapeError, OSError, tarfile.TarError) as error:
            raise BuildFailedError(
                f"Dockerfile:{instruction.line}: {_written(instruction)}: {error}"
            ) from error

    def _dispatch(self, instruction: Instruction) -> None:
        match instruction.keyword:
            case "ARG":
                self._arguments |= declared(instruction, self._given, self._variables, self._escape)
            case "COPY" | "ADD":
                self._add_layer(self._copy(instruction), instruction)
            case "RUN":
                run = Run(
                    self._workshop,
                    self.root,
                    self.image.settings,
                    self._variables,
                    lambda detail: self._admit(instruction, detail),
                )
                output = run.execute(instruction)
                if output is not None:
                    self._add_layer(tree(output), instruction)
            case _:
                self._set(instruction)

    def _set(self, instruction: Instruction) -> None:
        settings = apply(self.image.settings, instruction, self._variables, self._escape)
        if instruction.keyword == "CMD":
            self._sets_command = True
        elif instruction.keyword == "ENTRYPOINT" and not self._sets_command:
            settings = replace(settings, command=None)  # the base's CMD was meant for the base's ENTRYPOINT
        self.image = self.image.with_settings(settings, _written(instruction))
        if instruction.keyword == "WORKDIR":
            folder = settings.working_directory
            if not inside(self.root, folder).is_dir():
                self._add_layer([Entry(folder.lstrip("/"))], instruction)

    def _copy(self, instruction: Instruction) -> Iterable[Entry]:
        words = instruction.array or split_words(instruction.text, self._escape)
        *sources, destination = (expand(word, self._variables, self._escape) for word in words)
        if not sources:
            raise DockerfileError(instruction.line, f"{instruction.keyword} requires at least two arguments")
        origin: Origin | None = self._context
        if wanted := instruction.flag("from"):
            origin = self._origin(wanted, instruction)
            if origin is None:
                self._admit(
                    instruction, f"not done: the image {wanted} is not pulled, so its files are missing"
                )
                return ()
        remote = [source for source in sources if instruction.keyword == "ADD" and is_remote(source)]
        if remote:
            self._admit(instruction, f"not done: nothing is downloaded: {' '.join(remote)}")
        sources = [source for source in sources if source not in remote]
        target = absolute(self.image.settings, destination)
        if destination.endswith(("/", "/.")) or destination == ".":
            target = target.rstrip("/") + "/"
        entries: Iterator[Entry] = iter(())
        if origin is not None and sources:
            entries = copied(origin, tuple(sources), target, self.root)
        if instruction.keyword == "ADD":
            entries = unpacked_archives(entries, self._workshop.scratch)
        return with_mode(entries, self._mode(instruction))

    def _mode(self, instruction: Instruction) -> int | None:
        wanted = instruction.flag("chmod")
        if wanted is None:
            return None
        if _OCTAL.fullmatch(wanted):
            return int(wanted, 8) & 0o777
        self._admit(instruction, f"--chmod={wanted} is not done: only octal modes are")
        return None

    def _add_layer(self, entries: Iterable[Entry], instruction: Instruction) -> None:
        packed = self._workshop.store.add_layer(entries)
        with self._workshop.store.open(packed.digest) as blob:
            unpack(blob, self.root)
        layer = Layer(packed.digest, packed.size, packed.diff_id)
        self.image = self.image.with_layer(layer, _written(instruction))

    def _admit_flags(self, instruction: Instruction) -> None:
        known = _KNOWN_FLAGS.get(instruction.keyword, frozenset())
        for name, value in instruction.flags:
            is_cache = instruction.keyword == "RUN" and name == "mount" and "type=cache" in value
            if name not in known and not is_cache:
                self._admit(instruction, f"--{name}={value} is not done")

    def _admit(self, instruction: Instruction, detail: str) -> None:
        self._workshop.report(Limit(f"Dockerfile:{instruction.line} {instruction.keyword}", detail))

    @property
    def _variables(self) -> dict[str, str]:
        return {**self._arguments, **self.image.settings.environment}


def _written(instruction: Instruction) -> str:
    flags = "".join(f"--{name}={value} " for name, value in instruction.flags)
    return f"{instruction.keyword} {flags}{instruction.text}"
