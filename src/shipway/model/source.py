"""Where a pipeline's code comes from: CodeCommit repositories and connections to other hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.resource import Resource

if TYPE_CHECKING:
    from shipway.model.value import Value


class CodeRepository(Resource):
    """AWS::CodeCommit::Repository."""

    type_name: ClassVar[str] = "AWS::CodeCommit::Repository"
    label: ClassVar[str] = "repository"

    has_code: bool
    """Whether the template puts a first commit into it."""


class Connection(Resource):
    """AWS::CodeConnections::Connection, or its older name AWS::CodeStarConnections::Connection."""

    type_name: ClassVar[str] = "AWS::CodeConnections::Connection"
    label: ClassVar[str] = "connection"
    arn_separator: ClassVar[str] = "/"

    provider: Value[str] | None
