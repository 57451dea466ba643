"""What a graph is made of: records, nodes, and the links by which nodes name each other."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar, NamedTuple, NoReturn, dataclass_transform

from shipway.model.value import Known, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shipway.model.location import Location
    from shipway.model.value import Value


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
class Record:
    """A frozen record with keyword-only fields, compared by identity; type checkers see a dataclass.

    ``dataclasses`` compiles five methods per class, half a millisecond each; with fifty classes in the
    vocabulary that is a seventh of the time that ``shipway check`` has. Class attributes are the defaults.
    """

    def __init__(self, **fields: object) -> None:
        self.__dict__.update(fields)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if name != "location")
        return f"{type(self).__name__}({fields})"


class Relation(Enum):
    """How one node uses another, as the verb between the two."""

    RUNS_AS = "runs as"
    READS_FROM = "reads from"
    BUILDS_WITH = "builds with"
    DEPLOYS_WITH = "deploys with"
    DEPLOYS_TO = "deploys to"
    STORES_IN = "stores artifacts in"
    INVOKES = "invokes"
    NOTIFIES = "notifies"
    STARTS = "starts"
    WATCHES = "watches"
    BELONGS_TO = "belongs to"
    SENDS_TO = "sends traffic to"
    LISTENS_AT = "takes traffic at"
    RUNS = "runs"
    LOGS_TO = "logs to"
    PULLS_FROM = "pulls from"
    ENCRYPTED_WITH = "is encrypted with"
    GUARDED_BY = "is guarded by"
    ATTACHED_TO = "is attached to"
    READS = "reads the value of"


class Names(NamedTuple):
    """A declaration on a class: this field names a node of one of these kinds."""

    field: str
    relation: Relation
    kinds: tuple[str, ...]
    """Class names, so that the modules of the vocabulary need not import each other in circles."""
    path: tuple[str | int, ...]
    """The property behind the field."""


class Link(NamedTuple):
    """A property by which one node names another."""

    relation: Relation
    value: Value[str]
    kinds: tuple[str, ...]
    location: Location


class Node(Record):
    """Something that rules can be about. It knows where it stands."""

    label: ClassVar[str] = "part"
    """What messages call it, in lower case."""
    names: ClassVar[tuple[Names, ...]] = ()
    """The fields that name other nodes."""

    location: Location

    @property
    def logical_id(self) -> str:
        """The resource that this is, or is a part of."""
        return self.location.logical_id

    def at(self, *path: str | int) -> Location:
        """Where a property of this node stands, or would stand: ``group.at("DeploymentStyle")``."""
        return self.location.at(*path)

    def links(self) -> Iterator[Link]:
        """The other nodes that this one names."""
        for name in self.names:
            value = getattr(self, name.field)
            if isinstance(value, (Known, Unresolved)):
                yield Link(name.relation, value, name.kinds, self.at(*name.path))
            elif isinstance(value, tuple):
                for index, each in enumerate(value):
                    yield Link(name.relation, each, name.kinds, self.at(*name.path, index))

    def children(self) -> Iterable[Node]:
        """The nodes that are parts of this one."""
        return ()
