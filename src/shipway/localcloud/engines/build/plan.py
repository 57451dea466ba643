"""A Dockerfile as stages, and which of them a target needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.localcloud.engines.dockerfile.read import Dockerfile, DockerfileError, Instruction
from shipway.localcloud.engines.dockerfile.words import expand, split_words

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASE_ONLY, _BASE_AND_NAME = 1, 3


@dataclass(frozen=True)
class Stage:
    """``FROM`` and what follows it.

    Args:
        index: From 0.
        name: After ``AS``, else the index.
        base: An image or an earlier stage, variables replaced.
        origin: The ``FROM`` itself.
        instructions: All after it.
    """

    index: int
    name: str
    base: str
    origin: Instruction
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class Plan:
    """Every stage in order, and the ``ARG`` values that stand before the first ``FROM``."""

    stages: tuple[Stage, ...]
    arguments: Mapping[str, str]
    escape: str

    def stage(self, name: str, before: int | None = None) -> Stage | None:
        """The last stage of that name or index, among those ``before`` an index."""
        for stage in reversed(self.stages[:before]):
            if name.lower() == stage.name.lower() or name == str(stage.index):
                return stage
        return None

    def needed(self, target: str | None) -> tuple[Stage, ...]:
        """The stages that ``target`` (default: the last) is made of, in order, the target last.

        Raises:
            DockerfileError: No such stage.
        """
        last = self.stages[-1] if target is None else self.stage(target)
        if last is None:
            raise DockerfileError(0, f"target stage {target!r} could not be found")
        wanted = {last.index}
        for stage in reversed(self.stages[: last.index + 1]):
            if stage.index not in wanted:
                continue
            sources = [stage.base, *(i.flag("from") for i in stage.instructions)]
            found = (self.stage(source, stage.index) for source in sources if source)
            wanted |= {source.index for source in found if source}
        return tuple(stage for stage in self.stages if stage.index in wanted)


def plan_build(dockerfile: Dockerfile, given: Mapping[str, str]) -> Plan:
    """Split at each ``FROM``; ``given`` are the ``--build-arg`` and the predefined platform arguments.

    Raises:
        DockerfileError: A ``FROM`` that cannot be read.
    """
    arguments = {name: value for name, value in given.items() if name.startswith(("TARGET", "BUILD"))}
    stages: list[Stage] = []
    body: list[Instruction] = []
    for instruction in dockerfile.instructions:
        if instruction.keyword == "FROM":
            base, name = _from(instruction, arguments, dockerfile.escape, len(stages))
            body = []
            stages.append(Stage(len(stages), name, base, instruction, ()))
        elif not stages:
            arguments |= declared(instruction, given, arguments, dockerfile.escape)
            continue
        else:
            body.append(instruction)
        head = stages[-1]
        stages[-1] = Stage(head.index, head.name, head.base, head.origin, tuple(body))
    return Plan(tuple(stages), arguments, dockerfile.escape)


def declared(
    argument: Instruction, given: Mapping[str, str], variables: Mapping[str, str], escape: str
) -> dict[str, str]:
    """What an ``ARG`` instruction defines: ``--build-arg`` first, then its default."""
    out: dict[str, str] = {}
    for word in split_words(argument.text, escape):
        name, has_default, default = word.partition("=")
        if name in given:
            out[name] = given[name]
        elif has_default:
            out[name] = expand(default, {**variables, **out}, escape)
    return out


def _from(instruction: Instruction, arguments: Mapping[str, str], escape: str, index: int) -> tuple[str, str]:
    words = instruction.text.split()
    if len(words) not in {_BASE_ONLY, _BASE_AND_NAME} or (
        len(words) == _BASE_AND_NAME and words[1].upper() != "AS"
    ):
        raise DockerfileError(instruction.line, "FROM requires either one or three arguments")
    base = expand(words[0], arguments, escape)
    if not base:
        raise DockerfileError(instruction.line, f"base name ({words[0]}) should not be blank")
    return base, words[2] if len(words) == _BASE_AND_NAME else str(index)
