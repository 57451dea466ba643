"""``docker build`` and ``docker buildx build``."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.localcloud.engines.build.build import Build
from shipway.localcloud.engines.build.workshop import BuildFailedError, Request, Workshop
from shipway.localcloud.engines.docker_cli.build_options import OPTIONS, driver_complaint, outcome
from shipway.localcloud.engines.docker_cli.console import answer, tell
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.images import UNTAGGED, fetch_emulated, push
from shipway.localcloud.engines.docker_cli.options import Given, UsageError, read_options
from shipway.localcloud.engines.docker_cli.shop import DEFAULT_BUILDER, Shop
from shipway.localcloud.engines.dockerfile.read import DockerfileError
from shipway.localcloud.engines.engine import Limit
from shipway.localcloud.engines.oci.image import MANIFEST, digest_of
from shipway.localcloud.engines.oci.reference import Reference, parse_reference
from shipway.localcloud.engines.oci.registry import RegistryError, host_architecture
from shipway.localcloud.engines.oci.store import UnknownImageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shipway.localcloud.engines.oci.image import Image

_FAILED = "ERROR: failed to build: failed to solve: "


def command_build(shop: Shop, words: Sequence[str]) -> int:
    """Build, then keep or push, as the options and the builder want it."""
    given = read_options(words, OPTIONS)
    own_builder = (given.last("builder") or shop.builders()[1]) != DEFAULT_BUILDER
    wanted = outcome(given, own_builder=own_builder)
    if not own_builder and (complaint := driver_complaint(given)):
        raise CommandFailedError(f"ERROR: failed to build: {complaint}")
    tags = [parse_reference(tag).tagged() for tag in given.every("tag")]
    if wanted.push and not tags:
        raise CommandFailedError("ERROR: failed to build: tag is needed when pushing to registry")
    request = _request(shop, given)
    for option, detail in given.not_done:
        shop.report(Limit(f"docker build {option}", detail))
    image = _build(shop, request, given)
    digest = shop.store.save(image)
    if own_builder and not wanted.load and not wanted.push:
        tell(
            "WARNING: No output specified with docker-container driver. Build result will only remain in "
            "the build cache. To push result image into registry use --push or to load image into docker use "
            "--load"
        )
    if wanted.load:
        # An image without a name is kept too, so that its id can be used.
        for name in [str(tag) for tag in tags] or [f"{UNTAGGED}@{digest}"]:
            shop.store.tag(name, digest)
    if wanted.push:
        _push_all(shop, tags, digest)
        for tag in tags if wanted.load else ():
            shop.store.tag(f"{tag.name}@{digest}", digest)
    _write_results(given, image, digest, tags)
    return 0


def _request(shop: Shop, given: Given) -> Request:
    if len(given.positional) != 1:
        raise UsageError('"docker buildx build" requires 1 argument.')
    context = Path(given.positional[0])
    if given.positional[0] == "-" or "://" in given.positional[0]:
        raise UsageError(f"a context that is not a folder is not supported: {given.positional[0]}")
    if not context.is_dir():
        raise CommandFailedError(f"ERROR: unable to prepare context: path {str(context)!r} not found")
    dockerfile = Path(given.last("file") or context / "Dockerfile")
    if not dockerfile.is_file():
        raise CommandFailedError(
            f"ERROR: failed to build: failed to read dockerfile: open {dockerfile}: no such file or directory"
        )
    return Request(
        context=context.resolve(),
        dockerfile=dockerfile.resolve(),
        # --build-arg NAME without a value takes it from the environment.
        arguments={k: v for each in given.every("build-arg") for k, v in _pair(each) if v is not None},
        architecture=_architecture(shop, given),
        target=given.last("target"),
        labels={k: v or "" for each in given.every("label") for k, v in _pair(each)},
    )


def _pair(text: str) -> Iterator[tuple[str, str | None]]:
    name, equals, value = text.partition("=")
    yield name, value if equals else os.environ.get(name)


def _architecture(shop: Shop, given: Given) -> str:
    platforms = (given.last("platform") or f"linux/{host_architecture()}").split(",")
    architecture = platforms[0].partition("/")[2].partition("/")[0] or host_architecture()
    if len(platforms) > 1:
        shop.report(
            Limit("docker build --platform", f"only {platforms[0]} is built, of {', '.join(platforms)}")
        )
    if architecture != host_architecture():
        shop.report(
            Limit(
                f"docker build --platform={platforms[0]}",
                f"pip installs for {host_architecture()}; {architecture} is only what the image says",
            )
        )
    return architecture


def _build(shop: Shop, request: Request, given: Given) -> Image:
    store = shop.store

    def find(reference: Reference) -> str | None:
        if not given.is_on("pull"):
            try:
                return store.find(str(reference.tagged()))
            except UnknownImageError:
                pass
        return fetch_emulated(shop, reference)

    with _scratch(shop) as scratch:
        workshop = Workshop(
            store=store,
            scratch=scratch,
            python=shop.python,
            pip_environment=os.environ,
            pull=find,
            report=shop.report,
            say=(lambda _: None) if given.is_on("quiet") else tell,
        )
        try:
            return Build(request, workshop).image()
        except (BuildFailedError, DockerfileError) as error:
            raise CommandFailedError(f"{_FAILED}{error}") from error
        except UnicodeDecodeError as error:
            raise CommandFailedError(f"{_FAILED}{request.dockerfile} is not UTF-8: {error}") from error


@contextmanager
def _scratch(shop: Shop) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=shop.folder, prefix="build-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _push_all(shop: Shop, tags: list[Reference], digest: str) -> None:
    for tag in tags:
        try:
            push(shop, tag, digest, lambda _diff_id, _what: None)
        except RegistryError as error:
            raise CommandFailedError(f"{_FAILED}failed to push {tag}: {error}") from error
        tell(f"pushing manifest for {tag}@{digest} done")


def _write_results(given: Given, image: Image, digest: str, tags: list[Reference]) -> None:
    image_id = digest_of(image.config())
    if (place := given.last("iidfile")) is not None:
        Path(place).write_text(image_id, encoding="ascii")
    if (place := given.last("metadata-file")) is not None:
        document = {
            "containerimage.config.digest": image_id,
            "containerimage.descriptor": {
                "mediaType": MANIFEST,
                "digest": digest,
                "size": len(image.manifest()),
            },
            "containerimage.digest": digest,
            "image.name": ",".join(map(str, tags)),
        }
        Path(place).write_text(json.dumps(document, indent=2), encoding="utf-8")
    if given.is_on("quiet"):
        answer(image_id)
    else:
        tell(f"writing image {image_id} done")
        for tag in tags:
            tell(f"naming to {tag} done")
