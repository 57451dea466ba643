"""The options of ``docker build`` and ``docker buildx build``, and what becomes of the result. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from shipway.localcloud.engines.docker_cli.options import Given, Option, UsageError

_NO_ISOLATION = "RUN is not isolated, so there is nothing to apply it to"
_NO_CACHE = "no layers are taken from or put into a cache; pip's own cache is used"
_NO_ATTESTATION = "no attestation is made; the image is pushed without one"

OPTIONS = (
    Option("file", "f"),
    Option("tag", "t"),
    Option("build-arg"),
    Option("platform"),
    Option("target"),
    Option("label"),
    Option("output", "o"),
    Option("metadata-file"),
    Option("iidfile"),
    Option("builder"),
    Option("progress"),
    Option("push", is_switch=True),
    Option("load", is_switch=True),
    Option("pull", is_switch=True),
    Option("quiet", "q", is_switch=True),
    Option("no-cache", is_switch=True),
    Option("rm", is_switch=True),
    Option("force-rm", is_switch=True),
    Option("cache-from", not_done=_NO_CACHE),
    Option("cache-to", not_done=_NO_CACHE),
    Option("provenance", not_done=_NO_ATTESTATION),
    Option("sbom", not_done=_NO_ATTESTATION),
    Option("attest", not_done=_NO_ATTESTATION),
    Option("annotation", not_done="the manifest gets no annotation"),
    Option("secret", not_done="RUN --mount=type=secret is not done"),
    Option("ssh", not_done="RUN --mount=type=ssh is not done"),
    Option("build-context", not_done="only the main context is read"),
    Option("network", not_done=_NO_ISOLATION),
    Option("add-host", not_done=_NO_ISOLATION),
    Option("memory", "m", not_done=_NO_ISOLATION),
    Option("shm-size", not_done=_NO_ISOLATION),
    Option("ulimit", not_done=_NO_ISOLATION),
    Option("allow", not_done=_NO_ISOLATION),
)


@dataclass(frozen=True)
class Outcome:
    """Where the image goes.

    Args:
        load: Into the local store.
        push: To its registry.
    """

    load: bool
    push: bool


def outcome(given: Given, *, own_builder: bool) -> Outcome:
    """What the options ask for; with Docker's default builder the image is always kept.

    Args:
        given: The command line.
        own_builder: Whether ``buildx create`` has made the builder (the ``docker-container`` driver).

    Raises:
        UsageError: An output that is not supported.
    """
    load, push = given.is_on("load") or not own_builder, given.is_on("push")
    for output in given.every("output"):
        fields = dict(field.partition("=")[::2] for field in output.split(","))
        match fields.get("type"):
            case "docker":
                load = True
            case "registry":
                push = True
            case "image":
                push = push or fields.get("push") == "true"
            case kind:
                raise UsageError(f"--output type={kind} is not supported by Shipway's process engine")
    return Outcome(load, push)


def driver_complaint(given: Given) -> str:
    """Why Docker's default builder refuses; empty when it does not.

    https://docs.docker.com/build/cache/backends/ and /build/building/multi-platform/
    """
    if any("type=inline" not in each for each in given.every("cache-to")):
        return (
            "Cache export is not supported for the docker driver.\nSwitch to a different driver, or turn on "
            "the containerd image store, and try again."
        )
    if "," in (given.last("platform") or ""):
        return "Multi-platform build is not supported for the docker driver."
    return ""
