"""A cdk.out directory: its stacks in deployment order, with assets and construct paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError
from shipway.template.assets import FileAsset, ImageAsset, read_assets
from shipway.template.manifest import mapping, read_object, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Stack:
    """One stack of an assembly; nested stacks are not among them, but in ``nested`` of their parent."""

    name: str
    """The name that CloudFormation will know."""
    display_name: str
    """The name that the CDK CLI shows, e.g. ``Prod/Service``."""
    template_file: Path
    account: str
    """Empty when the stack has no fixed account."""
    region: str
    """Empty when the stack has no fixed Region."""
    depends_on: tuple[str, ...]
    """Names of the stacks that are deployed before this one."""
    files: tuple[FileAsset, ...] = ()
    images: tuple[ImageAsset, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    construct_paths: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Template file name -> logical id -> construct path such as ``Stack/Bucket/Resource``."""

    @property
    def assets(self) -> tuple[FileAsset, ...]:
        """The files to publish, the stack's own template among them."""
        return self.files

    @property
    def nested(self) -> tuple[Path, ...]:
        """The templates of the stacks nested in this one, at any depth."""
        own = self.template_file.name
        return tuple(self.template_file.parent / name for name in self.construct_paths if name != own)

    def nested_template(self, url: str) -> Path | None:
        """The local template behind a nested stack's ``TemplateURL``; None when no asset goes there."""
        key = url.rsplit("/", 1)[-1]
        return next((asset.path for asset in self.files if asset.key.rsplit("/", 1)[-1] == key), None)


@dataclass(frozen=True)
class Assembly:
    """What ``cdk synth`` has written."""

    directory: Path
    stacks: tuple[Stack, ...]
    """Dependencies first; otherwise as the manifest lists them. Stacks of a ``Stage`` are included."""

    @classmethod
    def read(cls, directory: Path) -> Assembly:
        """The assembly in a directory.

        Raises:
            InputError: There is no manifest, it or a file it names cannot be read, or stacks depend on
                each other in a circle.
        """
        if not (directory / _MANIFEST).is_file():
            raise InputError(
                "no manifest.json: not a cdk.out directory",
                where=str(directory),
                remedy="Run cdk synth first, or name the directory that it wrote",
            )
        return cls(directory, tuple(_in_order(tuple(_stacks(directory)), directory)))

    def stack(self, name: str) -> Stack:
        """The stack that CloudFormation or the CDK CLI knows by this name.

        Raises:
            InputError: There is none.
        """
        for stack in self.stacks:
            if name in {stack.name, stack.display_name}:
                return stack
        known = ", ".join(stack.name for stack in self.stacks)
        raise InputError("no such stack", where=str(self.directory), value=name, remedy=f"There are: {known}")


def is_assembly(path: Path) -> bool:
    """Whether a directory is the output of ``cdk synth``."""
    # Both files: a manifest.json alone is what any web application has.
    return (path / _MANIFEST).is_file() and (path / "cdk.out").is_file()


def _stacks(directory: Path) -> Iterator[Stack]:
    artifacts = mapping(read_object(directory / _MANIFEST), "artifacts")
    names = {
        artifact_id: text(mapping(artifact, "properties"), "stackName", artifact_id)
        for artifact_id, artifact in artifacts.items()
        if isinstance(artifact, dict) and artifact.get("type") == "aws:cloudformation:stack"
    }
    for artifact_id in artifacts:
        artifact = mapping(artifacts, artifact_id)
        properties = mapping(artifact, "properties")
        match artifact.get("type"):
            case "cdk:cloud-assembly":
                yield from _stacks(directory / text(properties, "directoryName"))
            case "aws:cloudformation:stack":
                yield _stack(directory, artifacts, artifact_id, names)
            case _:
                pass  # trees, feature flag reports and contexts hold nothing that is deployed


def _stack(
    directory: Path, artifacts: Mapping[str, Any], artifact_id: str, names: Mapping[str, str]
) -> Stack:
    artifact = mapping(artifacts, artifact_id)
    properties = mapping(artifact, "properties")
    dependencies = [name for name in artifact.get("dependencies") or () if isinstance(name, str)]
    files: list[FileAsset] = []
    images: list[ImageAsset] = []
    for name in dependencies:
        dependency = mapping(artifacts, name)
        if dependency.get("type") == "cdk:asset-manifest":
            more_files, more_images = read_assets(directory / text(mapping(dependency, "properties"), "file"))
            files.extend(more_files)
            images.extend(more_images)
    template_file = directory / text(properties, "templateFile")
    account, region = _environment(text(artifact, "environment"))
    return Stack(
        name=names[artifact_id],
        display_name=text(artifact, "displayName", artifact_id),
        template_file=template_file,
        account=account,
        region=region,
        depends_on=tuple(names[name] for name in dependencies if name in names),
        files=tuple(files),
        images=tuple(images),
        parameters={key: str(value) for key, value in mapping(properties, "parameters").items()},
        construct_paths=_construct_paths(_metadata(directory, artifact), template_file.name),
    )


def _environment(url: str) -> tuple[str, str]:
    account, _, region = url.removeprefix("aws://").partition("/")
    return account.replace("unknown-account", ""), region.replace("unknown-region", "")


def _metadata(directory: Path, artifact: Mapping[str, Any]) -> Mapping[str, Any]:
    # Since 2.235 or so the CDK writes the metadata of a large stack into a file of its own.
    additional = text(artifact, "additionalMetadataFile")
    inline = mapping(artifact, "metadata")
    return {**read_object(directory / additional), **inline} if additional else inline


def _construct_paths(metadata: Mapping[str, Any], own_template: str) -> Mapping[str, Mapping[str, str]]:
    """Which construct made which logical id, per template: a nested stack's ids are its own."""
    templates = {"": own_template}
    ids: list[tuple[str, str]] = []
    for path, entries in metadata.items():
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                continue
            kind, data = entry.get("type"), entry.get("data")
            if kind == "aws:cdk:templateFile" and isinstance(data, str):
                templates[path] = data
            elif kind == "aws:cdk:logicalId" and isinstance(data, str):
                ids.append((path, data))
    found: dict[str, dict[str, str]] = {name: {} for name in templates.values()}
    for path, logical_id in ids:
        scope = path
        while scope not in templates:
            scope = scope.rpartition("/")[0]
        found[templates[scope]][logical_id] = path.lstrip("/")
    return found


def _in_order(stacks: tuple[Stack, ...], directory: Path) -> Iterator[Stack]:
    waiting = {stack.name: stack for stack in stacks}
    while waiting:
        ready = [
            stack for stack in waiting.values() if not any(other in waiting for other in stack.depends_on)
        ]
        if not ready:
            raise InputError(
                "the stacks depend on each other in a circle", where=str(directory), value=", ".join(waiting)
            )
        for stack in ready:
            del waiting[stack.name]
        yield from ready
