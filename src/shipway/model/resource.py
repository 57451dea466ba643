"""Any entry of a template's Resources section; the typed nodes of the vocabulary are resources too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from shipway.model.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shipway.model.location import Location
    from shipway.model.value import Many, Value


class Properties(Protocol):
    """What a resource says, read on demand: for types and properties that the vocabulary has no words for."""

    def has(self, *path: str | int) -> bool:
        """Whether something stands at a path (``AWS::NoValue`` is nothing)."""

    def keys(self, *path: str | int) -> tuple[str, ...]:
        """The keys of the mapping at a path; none where there is no mapping."""

    def text(self, *path: str | int) -> Value[str] | None:
        """The string at a path; numbers and booleans are strings to CloudFormation."""

    def boolean(self, *path: str | int) -> Value[bool] | None:
        """The boolean at a path; ``"true"`` is one."""

    def integer(self, *path: str | int) -> Value[int] | None:
        """The whole number at a path; ``"5"`` is one."""

    def texts(self, *path: str | int) -> Many[Value[str]]:
        """The strings at a path; a single string is a list of one."""

    def tree(self, *path: str | int) -> Any:
        """Everything below a path: plain mappings and lists whose leaves are values."""

    def walk(self) -> Iterator[tuple[Location, Value[str]]]:
        """Every string below, wherever it stands, each with its place."""

    def references(self) -> frozenset[str]:
        """Every name that is referred to anywhere below, in every branch; a sieve before ``walk``."""


class Resource(Node):
    """A resource of a stack, whatever its type."""

    type_name: ClassVar[str] = ""
    """CloudFormation's type; empty for ``Resource`` itself, which stands for any."""
    arn_separator: ClassVar[str] = ":"
    """What stands before the name in the ARN of such a resource."""

    cfn_type: str
    """CloudFormation's type, e.g. ``AWS::S3::Bucket``."""
    stack: str
    """The template that declares it. Logical ids are unique within one only."""
    name: Value[str] | None = None
    """The physical name that the template gives; None when CloudFormation makes one up."""
    name_property: str = ""
    """The property that gives it; empty when resources of the type have no name of their own."""
    deletion_policy: Value[str] | None = None
    update_replace_policy: Value[str] | None = None
    depends_on: tuple[str, ...] = ()
    condition: str = ""
    """The name of the condition under which it exists; empty when it always does."""
    metadata: Mapping[str, object]
    properties: Properties

    @property
    def said(self) -> str:
        """How messages name it: ``pipeline Release``."""
        return f"{self.label} {self.logical_id}"

    def at(self, *path: str | int) -> Location:
        """Where a property stands, or would stand: ``group.at("DeploymentStyle", "DeploymentType")``."""
        return self.location.at("Properties", *path)

    def attribute(self, name: str) -> Location:
        """Where something beside the properties stands, or would: ``bucket.attribute("DeletionPolicy")``."""
        return self.location.at(name)
