"""Who is meant by a name, an ARN or a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.text import Text, Token, TokenKind
from shipway.model.value import Cause, Unresolved, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.resource import Resource
    from shipway.model.value import Value


class Directory:
    """Finds resources as CloudFormation and AWS find them."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_id = {(each.stack, each.logical_id): each for each in resources}
        self._by_kind: dict[str, list[Resource]] = {}
        for each in self._by_id.values():
            self._by_kind.setdefault(type(each).__name__, []).append(each)
        self._by_name: dict[str, dict[Text, Resource]] = {}

    def find(self, value: Value[str], kinds: tuple[str, ...]) -> Resource | Unresolved:
        """The resource of one of these kinds that a value names, or why there is none to be seen."""
        text = text_of(value)
        referred = self._referred(text)
        if referred is not None:
            if type(referred).__name__ in kinds:
                return referred
            # A resource without a class of its own is more than its type tells: a custom resource, a
            # macro's, or a stack's output.
            return Unresolved(f"{referred.logical_id} is a {referred.cfn_type}", Cause.DEPLOYED, text)
        named = self._named(text.filled(), kinds)
        if named is not None:
            return named
        if isinstance(value, Unresolved) and not _is_own_name(value):
            return value
        return Unresolved(f"no given template declares {text}", Cause.OUTSIDE, text)

    def named(self, text: Text, kind: str) -> Resource | None:
        """The resource of a kind whose physical name is exactly this."""
        return self._names(kind).get(text.filled())

    def _referred(self, text: Text) -> Resource | None:
        """The resource whose reference the text is, or ends with after an ARN's separators."""
        token = text.sole or _last_token(text)
        if token is None or token.kind is not TokenKind.RESOURCE:
            return None
        return self._by_id.get((token.stack, token.name))

    def _named(self, text: Text, kinds: tuple[str, ...]) -> Resource | None:
        if not text.parts:
            return None
        for kind in kinds:
            names = self._names(kind)
            if not names:
                continue
            found = names.get(text)
            if found is None and str(text.parts[0]).startswith("arn:"):
                separator = self._by_kind[kind][0].arn_separator
                found = names.get(text.after(separator).before(":")) or names.get(text.after(":"))
            if found is not None:
                return found
        return None

    def _names(self, kind: str) -> dict[Text, Resource]:
        if kind not in self._by_name:
            self._by_name[kind] = {
                text_of(each.name).filled(): each
                for each in reversed(self._by_kind.get(kind, []))
                if each.name is not None and text_of(each.name).parts
            }
        return self._by_name[kind]


def _last_token(text: Text) -> Token | None:
    """The reference at the end of an ARN that is put together: ``...:project/${Project}``."""
    last = text.parts[-1] if text.parts else None
    if not isinstance(last, Token) or len(text.parts) == 1:
        return None
    before = text.parts[-2]
    starts_as_arn = str(text.parts[0]).startswith("arn:")
    return last if starts_as_arn and isinstance(before, str) and before[-1] in ":/" else None


def _is_own_name(value: Unresolved) -> bool:
    """Whether a name is unknown only in what is the same wherever it stands, such as the stack's name.

    ``${AWS::StackName}-service`` is nobody's name when no template declares it so.
    """
    if value.text is None:
        return False
    return all(token.kind is TokenKind.PSEUDO for token in value.text.tokens)
