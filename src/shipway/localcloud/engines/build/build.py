"""A Dockerfile to an image: the stages that the target needs, in order."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.build.base import stand_in
from shipway.localcloud.engines.build.files import Origin, build_context
from shipway.localcloud.engines.build.plan import Plan, Stage, plan_build
from shipway.localcloud.engines.build.stage import StageInProgress
from shipway.localcloud.engines.build.workshop import BuildFailedError, Request, Workshop
from shipway.localcloud.engines.dockerfile.read import Dockerfile, read_dockerfile
from shipway.localcloud.engines.dockerfile.words import expand
from shipway.localcloud.engines.engine import Limit
from shipway.localcloud.engines.oci.image import Image, Settings
from shipway.localcloud.engines.oci.layer import unpack
from shipway.localcloud.engines.oci.reference import InvalidNameError, Reference, parse_reference

if TYPE_CHECKING:
    from shipway.localcloud.engines.dockerfile.read import Instruction

_SCRATCH = "scratch"  # the one base that is no image
_PREDEFINED = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"})


class Build:
    """One run over a Dockerfile; use it once."""

    def __init__(self, request: Request, workshop: Workshop) -> None:
        self._request = request
        self._workshop = workshop
        self._context = build_context(request.context, request.dockerfile)
        self._done: dict[int, StageInProgress] = {}

    def image(self) -> Image:
        """The image of the target stage.

        Raises:
            DockerfileError: The Dockerfile cannot be read.
            BuildFailedError: An instruction failed.
        """
        dockerfile = read_dockerfile(self._request.dockerfile.read_text(encoding="utf-8"))
        given = {**_platform_arguments(self._request.architecture), **self._request.arguments}
        plan = plan_build(dockerfile, given)
        self._warn_of_unused_arguments(dockerfile)
        stages = plan.needed(self._request.target)
        for stage in stages:
            self._done[stage.index] = self._carry_out(plan, stage, given)
        image = self._done[stages[-1].index].image
        labels = {**image.settings.labels, **self._request.labels}
        return replace(image, settings=replace(image.settings, labels=labels))

    def _carry_out(self, plan: Plan, stage: Stage, given: dict[str, str]) -> StageInProgress:
        self._workshop.say(f"[{stage.name}] FROM {stage.base}")
        root = Path(tempfile.mkdtemp(dir=self._workshop.scratch, prefix="stage-"))
        in_progress = StageInProgress(
            workshop=self._workshop,
            name=stage.name,
            image=self._base(plan, stage, root, given),
            root=root,
            context=self._context,
            origin=lambda name, instruction: self._origin(plan, stage, name, instruction),
            given=given,
            global_arguments=plan.arguments,
            escape=plan.escape,
        )
        for instruction in stage.instructions:
            in_progress.execute(instruction)
        return in_progress

    def _base(self, plan: Plan, stage: Stage, root: Path, given: dict[str, str]) -> Image:
        """The image that ``FROM`` names, its files in ``root``."""
        architecture = self._request.architecture
        if wanted := stage.origin.flag("platform"):
            architecture = expand(wanted, {**given, **plan.arguments}, plan.escape).rpartition("/")[2]
        if stage.base == _SCRATCH:
            return Image(Settings(), (), architecture)
        if earlier := plan.stage(stage.base, stage.index):
            image = self._done[earlier.index].image
        else:
            reference = _reference(stage.base, stage.origin)
            digest = self._workshop.pull(reference)
            if digest is None:
                image, admission = stand_in(reference, architecture)
                self._workshop.report(Limit(f"Dockerfile:{stage.origin.line} FROM", admission))
                return image
            image = self._workshop.store.load(digest)
        self._unpack(image, root)
        return image

    def _origin(self, plan: Plan, stage: Stage, name: str, instruction: Instruction) -> Origin | None:
        """Where ``COPY --from`` takes files from; ``None`` for an image that cannot be had."""
        if source := plan.stage(name, stage.index):
            return Origin(self._done[source.index].root)
        digest = self._workshop.pull(_reference(name, instruction))
        if digest is None:
            return None
        root = Path(tempfile.mkdtemp(dir=self._workshop.scratch, prefix="image-"))
        self._unpack(self._workshop.store.load(digest), root)
        return Origin(root)

    def _unpack(self, image: Image, root: Path) -> None:
        for layer in image.layers:
            with self._workshop.store.open(layer.digest) as blob:
                unpack(blob, root)

    def _warn_of_unused_arguments(self, dockerfile: Dockerfile) -> None:
        declared = {
            word.partition("=")[0]
            for instruction in dockerfile.instructions
            if instruction.keyword == "ARG"
            for word in instruction.text.split()
        }
        unused = sorted(set(self._request.arguments) - declared - _PREDEFINED)
        if unused:
            self._workshop.say(f"[Warning] One or more build-args [{' '.join(unused)}] were not consumed")


def _reference(name: str, instruction: Instruction) -> Reference:
    try:
        return parse_reference(name)
    except InvalidNameError as error:
        raise BuildFailedError(
            f"Dockerfile:{instruction.line}: failed to parse stage name {name!r}: {error}"
        ) from error


def _platform_arguments(architecture: str) -> dict[str, str]:
    """https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope."""
    return {
        f"{side}{what}": value
        for side in ("TARGET", "BUILD")
        for what, value in (
            ("PLATFORM", f"linux/{architecture}"),
            ("OS", "linux"),
            ("ARCH", architecture),
            ("VARIANT", ""),
        )
    }
