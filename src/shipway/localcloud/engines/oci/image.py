"""An image as OCI defines it: configuration, manifest, digests.

https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md and manifest.md
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
_EPOCH = "1970-01-01T00:00:00Z"  # no time of build in the image: the same source gives the same digest


def digest_of(data: bytes) -> str:
    """``sha256:`` and the hash in hex."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True)
class Settings:
    """What an image says about its containers (``config`` of the image configuration)."""

    environment: Mapping[str, str] = field(default_factory=dict)
    entry_point: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    working_directory: str = "/"
    user: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    stop_signal: str = ""
    shell: tuple[str, ...] = ()
    health_check: Mapping[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """The JSON form, without what is not set."""
        whole: dict[str, Any] = {
            "User": self.user,
            "ExposedPorts": {port: {} for port in self.exposed_ports},
            "Env": [f"{name}={value}" for name, value in self.environment.items()],
            "Entrypoint": None if self.entry_point is None else list(self.entry_point),
            "Cmd": None if self.command is None else list(self.command),
            "Volumes": {volume: {} for volume in self.volumes},
            "WorkingDir": self.working_directory,
            "Labels": dict(self.labels),
            "StopSignal": self.stop_signal,
            "Shell": list(self.shell),
            "Healthcheck": None if self.health_check is None else dict(self.health_check),
        }
        return {key: value for key, value in whole.items() if value not in (None, "", {}, [])}


def read_settings(document: Mapping[str, Any]) -> Settings:
    """The inverse of ``Settings.document``; absent keys get Docker's defaults."""

    def words(key: str) -> tuple[str, ...] | None:
        return None if document.get(key) is None else tuple(document[key])

    pairs = (item.partition("=") for item in document.get("Env") or ())
    return Settings(
        environment={name: value for name, _, value in pairs},
        entry_point=words("Entrypoint"),
        command=words("Cmd"),
        working_directory=document.get("WorkingDir") or "/",
        user=document.get("User") or "",
        exposed_ports=tuple(document.get("ExposedPorts") or ()),
        volumes=tuple(document.get("Volumes") or ()),
        labels=dict(document.get("Labels") or {}),
        stop_signal=document.get("StopSignal") or "",
        shell=words("Shell") or (),
        health_check=document.get("Healthcheck"),
    )


@dataclass(frozen=True)
class Layer:
    """A layer's blob and the digest of the tar within."""

    digest: str
    size: int
    diff_id: str
    media_type: str = LAYER


@dataclass(frozen=True)
class Image:
    """Layers and settings; everything else follows from them."""

    settings: Settings
    layers: tuple[Layer, ...]
    architecture: str
    operating_system: str = "linux"
    history: tuple[Mapping[str, Any], ...] = ()

    def with_layer(self, layer: Layer, created_by: str) -> Image:
        """The image after one more instruction that changed files."""
        entry = {"created": _EPOCH, "created_by": created_by}
        return replace(self, layers=(*self.layers, layer), history=(*self.history, entry))

    def with_settings(self, settings: Settings, created_by: str) -> Image:
        """The image after one more instruction that changed no file."""
        entry = {"created": _EPOCH, "created_by": created_by, "empty_layer": True}
        return replace(self, settings=settings, history=(*self.history, entry))

    def config(self) -> bytes:
        """The image configuration; its digest is the image's id."""
        return _json(
            {
                "created": _EPOCH,
                "architecture": self.architecture,
                "os": self.operating_system,
                "config": self.settings.document(),
                "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in self.layers]},
                "history": list(self.history),
            }
        )

    def manifest(self) -> bytes:
        """The manifest; its digest is what a registry knows the image by."""
        config = self.config()
        return _json(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, "digest": digest_of(config), "size": len(config)},
                "layers": [
                    {"mediaType": layer.media_type, "digest": layer.digest, "size": layer.size}
                    for layer in self.layers
                ],
            }
        )


def read_image(manifest: bytes, config: bytes) -> Image:
    """The inverse: an image that a registry handed out.

    Raises:
        KeyError: A document lacks what the specification requires.
    """
    layers = json.loads(manifest)["layers"]
    document = json.loads(config)
    diff_ids = document["rootfs"]["diff_ids"]
    return Image(
        settings=read_settings(document.get("config") or {}),
        layers=tuple(
            Layer(layer["digest"], layer["size"], diff_id, layer["mediaType"])
            for layer, diff_id in zip(layers, diff_ids, strict=True)
        ),
        architecture=document["architecture"],
        operating_system=document["os"],
        history=tuple(document.get("history") or ()),
    )


def _json(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
