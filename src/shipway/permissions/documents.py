"""Policy documents of a template as policies to ask, each statement with its place in the template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.model.value import Known, Unresolved
from shipway.permissions.policy import Attachment, read_policy
from shipway.permissions.symbols import UNTOLD

if TYPE_CHECKING:
    from shipway.model.identity import PolicyDocument
    from shipway.model.location import Location
    from shipway.permissions.names import Names
    from shipway.permissions.policy import Policy, Statement


class Documents:
    """Reads documents and remembers where their statements stand."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._places: dict[Statement, Location] = {}
        self._read: dict[tuple[PolicyDocument, Attachment], Policy] = {}

    def read(
        self, document: PolicyDocument, name: str, attachment: Attachment = Attachment.IDENTITY
    ) -> Policy:
        """The policy of a document, read once; what the template does not tell in it stays open."""
        if (document, attachment) not in self._read:
            policy = read_policy(self._plain(document.tree), name=name, attachment=attachment)
            self._read[document, attachment] = policy
            if len(policy.statements) == len(document.statements):
                places = (each.location for each in document.statements)
                self._places.update(zip(policy.statements, places, strict=True))
            else:
                self._places.update(dict.fromkeys(policy.statements, document.location))
        return self._read[document, attachment]

    def read_tree(self, tree: Any, name: str, attachment: Attachment) -> Policy:
        """The policy of a resolved tree that no node of the model holds."""
        return read_policy(self._plain(tree), name=name, attachment=attachment)

    def place(self, statement: Statement) -> Location | None:
        """Where a statement stands; None for one that is in no given template."""
        return self._places.get(statement)

    def _plain(self, tree: Any) -> Any:
        if isinstance(tree, dict):
            return {key: self._plain(value) for key, value in tree.items()}
        if isinstance(tree, list):
            return [self._plain(each) for each in tree]
        if isinstance(tree, (Known, Unresolved)):
            return self._names.of(tree, UNTOLD)
        return UNTOLD if tree is None else tree
