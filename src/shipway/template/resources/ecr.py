"""AWS::ECR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.storage import ImageRepository
from shipway.template.resources.policies import parse_document_at

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _repository(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> ImageRepository:
    return ImageRepository(
        **declared,
        mutability=cursor.text("ImageTagMutability"),
        scans_on_push=cursor.boolean("ImageScanningConfiguration", "ScanOnPush"),
        has_lifecycle=cursor.has("LifecyclePolicy"),
        empty_on_delete=cursor.boolean("EmptyOnDelete"),
        key=cursor.text("EncryptionConfiguration", "KmsKey"),
        policy=parse_document_at(cursor, "RepositoryPolicyText"),
    )


PARSERS: dict[str, Parser] = {"AWS::ECR::Repository": _repository}
