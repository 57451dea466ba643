"""Parameter Store and Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.value import Value


class StoredParameter(Resource):
    """AWS::SSM::Parameter."""

    type_name: ClassVar[str] = "AWS::SSM::Parameter"
    label: ClassVar[str] = "stored parameter"
    arn_separator: ClassVar[str] = "parameter/"

    type: Value[str] | None
    """String or StringList: CloudFormation cannot make a SecureString."""
    value: Value[str] | None


class Secret(Resource):
    """AWS::SecretsManager::Secret."""

    type_name: ClassVar[str] = "AWS::SecretsManager::Secret"
    label: ClassVar[str] = "secret"
    arn_separator: ClassVar[str] = "secret:"
    names: ClassVar[tuple[Names, ...]] = (
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("KmsKeyId",)),
    )

    value: Value[str] | None
    """SecretString: a secret in plain sight."""
    is_generated: bool
    key: Value[str] | None
