"""Images by name: find, pull, push, tag, list, inspect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shipway.localcloud.engines.build.base import stand_in
from shipway.localcloud.engines.docker_cli.console import answer, tell
from shipway.localcloud.engines.docker_cli.errors import CommandFailedError
from shipway.localcloud.engines.docker_cli.options import Given, Option, UsageError, read_options
from shipway.localcloud.engines.docker_cli.template import render
from shipway.localcloud.engines.engine import Limit
from shipway.localcloud.engines.oci.pull import is_emulated, pull
from shipway.localcloud.engines.oci.reference import Reference, parse_reference
from shipway.localcloud.engines.oci.registry import Pushed, RegistryClient, RegistryError, host_architecture
from shipway.localcloud.engines.oci.store import Store, UnknownImageError, config_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shipway.localcloud.engines.docker_cli.shop import Shop
    from shipway.localcloud.engines.engine import Credentials

UNTAGGED = "untagged"  # the name in the store of an image that has none
_SHORT = 12
_PLATFORM = Option("platform", not_done="images are made for one platform: this machine's")


def command_tag(shop: Shop, words: Sequence[str]) -> int:
    """``docker tag SOURCE TARGET``."""
    source, target = _exactly(read_options(words, ()), 2, "tag")
    store = shop.store
    try:
        store.tag(str(parse_reference(target).tagged()), store.find(source))
    except UnknownImageError as error:
        raise CommandFailedError(f"Error response from daemon: {error}") from error
    return 0


def command_push(shop: Shop, words: Sequence[str]) -> int:
    """``docker push NAME[:TAG]``."""
    given = read_options(
        words, (Option("all-tags", "a", is_switch=True), Option("quiet", "q", is_switch=True))
    )
    (name,) = _exactly(given, 1, "push")
    reference = parse_reference(name)
    answer(f"The push refers to repository [{reference.name}]")
    wanted = [reference.tagged()]
    if given.is_on("all-tags"):
        names = map(parse_reference, shop.store.names())
        wanted = [each for each in names if each.name == reference.name and each.tag]
    elif not reference.tag:
        answer("Using default tag: latest")
    if not wanted or (not given.is_on("all-tags") and str(wanted[0]) not in shop.store.names()):
        raise CommandFailedError(f"An image does not exist locally with the tag: {reference.name}")

    def progress(diff_id: str, what: str) -> None:
        if not given.is_on("quiet"):
            answer(f"{diff_id.removeprefix('sha256:')[:_SHORT]}: {what}")

    store = shop.store
    for each in wanted:
        digest = store.find(str(each))
        try:
            pushed = push(shop, each, digest, progress)
        except RegistryError as error:
            raise CommandFailedError(str(error)) from error
        store.tag(f"{each.name}@{digest}", digest)
        answer(f"{each.tag}: digest: {pushed.digest} size: {pushed.size}")
    return 0


def push(shop: Shop, reference: Reference, digest: str, progress: Callable[[str, str], None]) -> Pushed:
    """Push one image of the store; ``progress`` gets (diff id, what happened to the layer).

    Raises:
        RegistryError: Not logged in, or the registry refuses.
        CommandFailedError: A registry that is not emulated.
    """
    if not is_emulated(reference, shop.registry):
        raise CommandFailedError(
            f"denied: {reference.name}: Shipway pushes to the emulated registry only ({shop.registry.host})"
        )
    client = RegistryClient(shop.registry, reference.registry, _credentials(shop, reference))
    return client.push(reference, shop.store, digest, progress)


def command_pull(shop: Shop, words: Sequence[str]) -> int:
    """``docker pull NAME``."""
    given = read_options(words, (Option("quiet", "q", is_switch=True), _PLATFORM))
    (name,) = _exactly(given, 1, "pull")
    _admit(shop, "pull", given)
    reference = parse_reference(name).tagged()
    digest = fetch(shop, reference)
    answer(f"Digest: {digest}")
    answer(str(reference))
    return 0


def fetch(shop: Shop, reference: Reference) -> str:
    """Pull an image, or make what stands in for it; returns the digest of its manifest.

    Raises:
        CommandFailedError: The emulated registry does not hand it out.
    """
    wanted = reference.tagged()
    digest = fetch_emulated(shop, wanted)
    if digest is None:
        image, admission = stand_in(wanted, host_architecture())
        shop.report(Limit(f"docker pull {wanted}", admission))
        digest = shop.store.save(image)
        shop.store.tag(str(wanted), digest)
    return digest


def fetch_emulated(shop: Shop, reference: Reference) -> str | None:
    """Pull an image of the emulated registry; ``None`` for any other.

    Raises:
        CommandFailedError: Not logged in, or the registry does not hand it out.
    """
    if not is_emulated(reference, shop.registry):
        return None
    try:
        return pull(reference, shop.registry, _credentials(shop, reference), shop.store)
    except RegistryError as error:
        raise CommandFailedError(
            f"Error response from daemon: failed to resolve reference {reference}: {error}"
        ) from error


def _credentials(shop: Shop, reference: Reference) -> Credentials:
    credentials = shop.credentials(reference.registry)
    if credentials is None:
        raise RegistryError(401, "no basic auth credentials")
    return credentials


def command_images(shop: Shop, words: Sequence[str]) -> int:
    """``docker images [NAME]``."""
    switches = [Option(name, short, is_switch=True) for name, short in _LIST_SWITCHES]
    given = read_options(words, [*switches, Option("format")])
    rows = [row for row in _rows(shop.store) if not given.positional or _is_meant(row, given.positional[0])]
    template = given.last("format")
    if given.is_on("quiet"):
        for image_id in dict.fromkeys(row["ID"] for row in rows):
            answer(image_id)
    elif template is not None:
        for row in rows:
            answer(json.dumps(row) if template == "json" else render(template, row))
    else:
        answer(_TABLE.format("REPOSITORY", "TAG", "IMAGE ID", "SIZE"))
        for row in rows:
            answer(_TABLE.format(row["Repository"], row["Tag"], row["ID"], row["Size"]))
    return 0


_LIST_SWITCHES = (("quiet", "q"), ("digests", ""), ("no-trunc", ""), ("all", "a"))
_TABLE = "{:<72} {:<24} {:<14} {}"


def command_inspect(shop: Shop, words: Sequence[str]) -> int:
    """``docker inspect NAME...``."""
    given = read_options(words, (Option("format", "f"), Option("type"), _PLATFORM))
    if not given.positional:
        raise UsageError('"docker inspect" requires at least 1 argument.')
    _admit(shop, "inspect", given)
    template = given.last("format")
    found: list[dict[str, Any]] = []
    missing: list[str] = []
    for name in given.positional:
        try:
            document = describe(shop.store, name)
        except UnknownImageError:
            missing.append(name)
            continue
        found.append(document)
        if template is not None:
            answer(json.dumps(document) if template == "json" else render(template, document))
    if template is None:
        answer(json.dumps(found, indent=4))
    for name in missing:
        tell(f"Error: No such object: {name}")
    return 1 if missing else 0


def describe(store: Store, name: str) -> dict[str, Any]:
    """An image as ``docker inspect`` shows it; raises ``UnknownImageError``."""
    digest = store.find(name)
    image = store.load(digest)
    names = [each for each, target in store.names().items() if target == digest]
    return {
        "Id": config_digest(store.read(digest)),
        "RepoTags": [each for each in names if "@" not in each],
        "RepoDigests": [each for each in names if "@" in each and not each.startswith(f"{UNTAGGED}@")],
        "Created": "1970-01-01T00:00:00Z",
        "Architecture": image.architecture,
        "Os": image.operating_system,
        "Size": sum(layer.size for layer in image.layers),
        "Config": image.settings.document(),
        "RootFS": {"Type": "layers", "Layers": [layer.diff_id for layer in image.layers]},
    }


def _rows(store: Store) -> list[dict[str, str]]:
    rows = []
    for name, digest in store.names().items():
        reference = parse_reference(name)
        if reference.digest is None:
            rows.append(
                {
                    "Repository": reference.name,
                    "Tag": reference.tag or "",
                    "ID": config_digest(store.read(digest)).removeprefix("sha256:")[:_SHORT],
                    "Digest": digest,
                    "Size": f"{sum(layer.size for layer in store.load(digest).layers) / 1e6:.3g}MB",
                }
            )
    return rows


def _is_meant(row: dict[str, str], name: str) -> bool:
    reference = parse_reference(name)
    return row["Repository"] == reference.name and reference.tag in {None, row["Tag"]}


def _exactly(given: Given, count: int, command: str) -> tuple[str, ...]:
    if len(given.positional) != count:
        raise UsageError(f'"docker {command}" requires {count} argument{"s" * (count > 1)}.')
    return given.positional


def _admit(shop: Shop, command: str, given: Given) -> None:
    for option, detail in given.not_done:
        shop.report(Limit(f"docker {command} {option}", detail))
