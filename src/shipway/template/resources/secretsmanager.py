"""AWS::SecretsManager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.secrets import Secret

if TYPE_CHECKING:
    from shipway.model.source_tree import SourceTree
    from shipway.template.cursor import Cursor
    from shipway.template.resources import Declared, Parser


def _secret(declared: Declared, cursor: Cursor, _sources: SourceTree | None) -> Secret:
    return Secret(
        **declared,
        value=cursor.text("SecretString"),
        is_generated=cursor.has("GenerateSecretString"),
        key=cursor.text("KmsKeyId"),
    )


PARSERS: dict[str, Parser] = {"AWS::SecretsManager::Secret": _secret}
