"""CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.value import Value


class LogGroup(Resource):
    """AWS::Logs::LogGroup."""

    type_name: ClassVar[str] = "AWS::Logs::LogGroup"
    label: ClassVar[str] = "log group"
    arn_separator: ClassVar[str] = "log-group:"
    names: ClassVar[tuple[Names, ...]] = (
        Names("key", Relation.ENCRYPTED_WITH, ("Key", "KeyAlias"), ("KmsKeyId",)),
    )

    retention_days: Value[int] | None
    """None keeps the logs for ever."""
    key: Value[str] | None
