"""What a stack needs published before it can be deployed: the ``*.assets.json`` of a cdk.out directory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shipway.template.manifest import mapping, read_object, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class FileAsset:
    """A file or folder that the bootstrap bucket must hold."""

    id: str
    path: Path
    packaging: str
    """``file``, or ``zip`` for a folder that is to be zipped."""
    bucket: str
    """Destination bucket; pseudo parameters such as ``${AWS::AccountId}`` stand as they are."""
    key: str


@dataclass(frozen=True)
class ImageAsset:
    """A container image that the bootstrap repository must hold."""

    id: str
    directory: Path
    dockerfile: str
    repository: str
    """Destination repository; pseudo parameters stand as they are."""
    tag: str


def read_assets(path: Path) -> tuple[tuple[FileAsset, ...], tuple[ImageAsset, ...]]:
    """The files and the images that one asset manifest lists, one entry per destination.

    Raises:
        InputError: The manifest cannot be read.
    """
    manifest = read_object(path)
    files = tuple(
        FileAsset(
            id=asset_id,
            path=path.parent / text(source, "path"),
            packaging=text(source, "packaging", "file"),
            bucket=text(destination, "bucketName"),
            key=text(destination, "objectKey"),
        )
        for asset_id, source, destination in _entries(mapping(manifest, "files"))
        # An asset made by an executable ("source.executable") has no path until it is built.
        if text(source, "path")
    )
    images = tuple(
        ImageAsset(
            id=asset_id,
            directory=path.parent / text(source, "directory"),
            dockerfile=text(source, "dockerFile", "Dockerfile"),
            repository=text(destination, "repositoryName"),
            tag=text(destination, "imageTag"),
        )
        for asset_id, source, destination in _entries(mapping(manifest, "dockerImages"))
        if text(source, "directory")
    )
    return files, images


def _entries(
    section: Mapping[str, Any],
) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    for asset_id in section:
        asset = mapping(section, asset_id)
        destinations = mapping(asset, "destinations")
        for name in destinations:
            yield asset_id, mapping(asset, "source"), mapping(destinations, name)
