"""``FROM``: what stands in for an image that this machine does not have."""

from __future__ import annotations

import platform
import re
from typing import TYPE_CHECKING

from shipway.localcloud.engines.oci.image import Image, Settings

if TYPE_CHECKING:
    from shipway.localcloud.engines.oci.reference import Reference

_VERSION = re.compile(r"3\.\d+(?:\.\d+)?")
_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"


def looks_like_python(reference: Reference) -> bool:
    """Whether the image's name says that a Python is in it, e.g. ``python`` or ``distroless/python3``."""
    return "python" in reference.repository.rsplit("/", 1)[-1]


def stand_in(reference: Reference, architecture: str) -> tuple[Image, str]:
    """An empty image with the settings of Docker's ``python`` image, and the sentence that admits it."""
    host = platform.python_version()
    if looks_like_python(reference):
        named = _VERSION.match(reference.tag or "")
        # The version that the tag names: it decides where packages lie, and a COPY may name that place.
        version = named.group() if named else host
        settings = Settings(
            environment={"PATH": _PATH, "LANG": "C.UTF-8", "PYTHON_VERSION": version}, command=("python3",)
        )
        admission = f"the base image {reference} is not pulled; this machine's Python {host} stands in for it"
    else:
        settings = Settings(environment={"PATH": _PATH})
        admission = (
            f"the base image {reference} is not pulled and nothing stands in for it: its files and programs "
            f"are missing from the image, and only what this machine has (Python {host}, the shell) can run"
        )
    return Image(settings, (), architecture), admission
