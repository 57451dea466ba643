"""A cdk.out directory is read as `cdk synth` writes it (CDK 2.276, manifest version 55)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shipway.errors import InputError
from shipway.template.assembly import Assembly, is_assembly

if TYPE_CHECKING:
    from pathlib import Path

HASH = "176faf491c8390083f3c91d3d448e193"


def write(directory: Path, **files: Any) -> None:
    directory.mkdir(exist_ok=True)
    (directory / "cdk.out").write_text('{"version":"55.0.0"}')
    for name, content in files.items():
        (directory / f"{name}.json").write_text(json.dumps(content))


def stack(template: str, *dependencies: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/eu-west-1",
        "properties": {"templateFile": f"{template}.json", **more.pop("properties", {})},
        "dependencies": list(dependencies),
        **more,
    }


@pytest.fixture
def cdk_out(tmp_path: Path) -> Path:
    directory = tmp_path / "cdk.out"
    metadata = {
        "/B": [{"type": "aws:cdk:templateFile", "data": "B.json"}],
        "/B/Nest": [{"type": "aws:cdk:templateFile", "data": "Nest.json"}],
        "/B/Q/Resource": [{"type": "aws:cdk:logicalId", "data": "Q63"}],
        "/B/Nest.NestedStack/Nest.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "Nest1"}],
        "/B/Nest/T/Resource": [{"type": "aws:cdk:logicalId", "data": "TD9"}],
    }
    assets = {
        "files": {
            HASH: {
                "source": {"path": "Nest.json", "packaging": "file"},
                "destinations": {
                    "current": {
                        "bucketName": "cdk-assets-${AWS::AccountId}-${AWS::Region}",
                        "objectKey": f"{HASH}.json",
                    }
                },
            }
        },
        "dockerImages": {
            "i1": {
                "source": {"directory": "asset.i1"},
                "destinations": {"current": {"repositoryName": "cdk-images", "imageTag": "i1"}},
            }
        },
    }
    write(
        directory,
        manifest={
            "version": "55.0.0",
            "artifacts": {
                "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "prod"}},
                "B.assets": {"type": "cdk:asset-manifest", "properties": {"file": "B.assets.json"}},
                "B": stack("B", "B.assets", "A", additionalMetadataFile="B.metadata.json"),
                "A": stack("A", properties={"stackName": "my-a", "parameters": {"Size": 3}}),
                "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
            },
        },
        **{"B.assets": assets, "B.metadata": metadata},
    )
    write(
        directory / "prod",
        manifest={
            "artifacts": {"ProdC": stack("C", displayName="Prod/C", properties={"stackName": "Prod-C"})}
        },
    )
    return directory


def test_stacks_come_after_what_they_depend_on(cdk_out: Path) -> None:
    assembly = Assembly.read(cdk_out)
    assert [each.name for each in assembly.stacks] == ["Prod-C", "my-a", "B"]
    assert assembly.stack("B").depends_on == ("my-a",)
    assert assembly.stack("Prod/C").template_file == cdk_out / "prod" / "C.json"


def test_environment_is_empty_where_it_is_unknown(cdk_out: Path) -> None:
    found = Assembly.read(cdk_out).stack("my-a")
    assert (found.account, found.region, found.parameters) == ("", "eu-west-1", {"Size": "3"})


def test_assets_keep_pseudo_parameters(cdk_out: Path) -> None:
    found = Assembly.read(cdk_out).stack("B")
    assert [(each.path.name, each.bucket, each.key, each.packaging) for each in found.assets] == [
        ("Nest.json", "cdk-assets-${AWS::AccountId}-${AWS::Region}", f"{HASH}.json", "file")
    ]
    assert [(each.repository, each.dockerfile) for each in found.images] == [("cdk-images", "Dockerfile")]


def test_construct_paths_are_told_per_template(cdk_out: Path) -> None:
    found = Assembly.read(cdk_out).stack("B")
    assert found.construct_paths == {
        "B.json": {"Q63": "B/Q/Resource", "Nest1": "B/Nest.NestedStack/Nest.NestedStackResource"},
        "Nest.json": {"TD9": "B/Nest/T/Resource"},
    }
    assert found.nested == (cdk_out / "Nest.json",)


def test_nested_template_is_found_by_its_asset(cdk_out: Path) -> None:
    found = Assembly.read(cdk_out).stack("B")
    assert (
        found.nested_template(f"https://s3.${{AWS::Region}}/cdk-assets/{HASH}.json") == cdk_out / "Nest.json"
    )
    assert found.nested_template("https://s3/elsewhere.json") is None


def test_a_circle_of_stacks_is_refused(tmp_path: Path) -> None:
    write(tmp_path, manifest={"artifacts": {"A": stack("A", "B"), "B": stack("B", "A")}})
    with pytest.raises(InputError, match="circle"):
        Assembly.read(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000])
def test_a_broken_manifest_is_the_readers_to_mend(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError) as caught:
        Assembly.read(tmp_path)
    assert "manifest.json" in caught.value.where


def test_wrong_types_in_a_manifest_are_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        manifest={"artifacts": {"A": [], "B": {"type": "aws:cloudformation:stack", "properties": 1}}},
    )
    assert [each.name for each in Assembly.read(tmp_path).stacks] == ["B"]


def test_a_directory_without_manifest_is_not_an_assembly(tmp_path: Path) -> None:
    assert not is_assembly(tmp_path)
    with pytest.raises(InputError, match=r"cdk\.out"):
        Assembly.read(tmp_path)
