"""A place in a template's data, read property by property; conditions are decided on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.model.value import Cause, Known, Many, Unresolved
from shipway.template.conditions import decide
from shipway.template.evaluated import ABSENT, value_of
from shipway.template.intrinsics import evaluate, is_intrinsic
from shipway.template.references import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.location import Location
    from shipway.model.value import Value
    from shipway.template.scope import Scope

_BOOLEANS = {"true": True, "false": False}


class Cursor:
    """Data below one path. Whatever is asked, nothing raises: the absent is None, the wrong is Unresolved."""

    __slots__ = ("_references", "_walked", "location", "raw", "scope")

    def __init__(self, raw: Any, location: Location, scope: Scope) -> None:
        self.scope = scope
        self._walked: list[tuple[Location, Value[str]]] | None = None
        self._references: frozenset[str] | None = None
        self.raw, self.location = _settle(raw, location, scope)

    def child(self, *path: str | int) -> Cursor:
        """The place below, whether or not something stands there."""
        cursor = self
        for key in path:
            raw = cursor.raw
            if isinstance(raw, dict):
                # Who reads a property asks for thousands of places; few of them stand below an expression.
                raw = raw.get(key, ABSENT) if len(raw) != 1 else cursor._below_one(key)
            elif isinstance(raw, list) and isinstance(key, int) and key < len(raw):
                raw = raw[key]
            elif not isinstance(raw, Unresolved) or not _may_hold(raw, key):
                raw = ABSENT
            cursor = Cursor(raw, cursor.location.at(key), self.scope)
        return cursor

    def _below_one(self, key: str | int) -> Any:
        """What stands below a mapping with one key, which may be an expression."""
        unseen = value_of(evaluate(self.raw, self.scope)) if is_intrinsic(self.raw) else None
        if isinstance(unseen, Unresolved) and _may_hold(unseen, key):
            return unseen
        return self.raw.get(key, ABSENT)

    @property
    def present(self) -> bool:
        """Whether something stands here."""
        return self.raw is not ABSENT and self.raw is not None

    @property
    def opaque(self) -> bool:
        """Whether an expression stands here that is not a mapping or list to the eye."""
        return is_intrinsic(self.raw) or isinstance(self.raw, Unresolved)

    def has(self, *path: str | int) -> bool:
        """Whether something stands at a path."""
        return self.child(*path).present

    def keys(self, *path: str | int) -> tuple[str, ...]:
        """The keys of the mapping at a path."""
        return tuple(key for key, _ in self.child(*path).entries())

    def evaluated(self, *path: str | int) -> Any:
        """What stands at a path, evaluated: text, list, mapping, ``ABSENT`` or ``Unresolved``."""
        raw = self.child(*path).raw
        return raw if raw is ABSENT or isinstance(raw, Unresolved) else evaluate(raw, self.scope)

    def text(self, *path: str | int) -> Value[str] | None:
        """The string at a path."""
        cursor = self.child(*path)
        raw = cursor.raw
        if isinstance(raw, str) and "{{" not in raw:
            return Known(raw)
        if not cursor.present:
            return None
        return raw if isinstance(raw, Unresolved) else value_of(evaluate(raw, self.scope))

    def boolean(self, *path: str | int) -> Value[bool] | None:
        """The boolean at a path."""
        value = self.text(*path)
        if not isinstance(value, Known):
            return value
        truth = _BOOLEANS.get(value.value.lower())
        if truth is None:
            return Unresolved(
                f"{value.value!r} stands where true or false belongs", Cause.INVALID, value.text
            )
        return Known(truth, value.origin)

    def integer(self, *path: str | int) -> Value[int] | None:
        """The whole number at a path."""
        value = self.text(*path)
        if not isinstance(value, Known):
            return value
        try:
            return Known(int(value.value), value.origin)
        except ValueError:
            shown = value.value[:40]
            return Unresolved(f"{shown!r} stands where a whole number belongs", Cause.INVALID, value.text)

    def items(self, *path: str | int) -> Many[Cursor]:
        """The items of the list at a path; a single mapping is a list of one, as CloudFormation takes it."""
        cursor = self.child(*path)
        raw, location = cursor.raw, cursor.location
        if isinstance(raw, list):
            items: list[Cursor] = []
            rest: Unresolved | None = None
            for index, each in enumerate(raw):
                item = Cursor(each, location.at(index), self.scope)
                if isinstance(item.raw, Unresolved):
                    rest = item.raw
                elif item.raw is not ABSENT:
                    items.append(item)
            return Many.of(items, rest)
        if not cursor.present:
            return Many()
        if isinstance(raw, dict) and not is_intrinsic(raw):
            return Many((cursor,))
        return Many.of((), raw if isinstance(raw, Unresolved) else _no_list(evaluate(raw, self.scope)))

    def entries(self, *path: str | int) -> Iterator[tuple[str, Cursor]]:
        """Keys and places of the mapping at a path; nothing where an expression or no mapping stands."""
        cursor = self.child(*path)
        if isinstance(cursor.raw, dict) and not is_intrinsic(cursor.raw):
            for key in cursor.raw:
                entry = cursor.child(key)
                if entry.raw is not ABSENT:
                    yield key, entry

    def mapping(self, *path: str | int) -> dict[str, Value[str]]:
        """The strings of the mapping at a path."""
        found = ((key, entry.text()) for key, entry in self.entries(*path))
        return {key: value for key, value in found if value is not None}

    def texts(self, *path: str | int) -> Many[Value[str]]:
        """The strings at a path; a single string is a list of one."""
        cursor = self.child(*path)
        if not cursor.present:
            return Many()
        evaluated = cursor.evaluated()
        if isinstance(evaluated, Unresolved):
            return Many.of((), evaluated)
        if isinstance(evaluated, list):
            values = [value_of(each) for each in evaluated]
            return Many(value for value in values if value is not None)
        if isinstance(evaluated, dict):
            return Many.of((), Unresolved("a mapping stands where strings belong", Cause.INVALID))
        value = value_of(evaluated)
        if isinstance(value, Unresolved) and is_intrinsic(cursor.raw) and _may_be_a_list(value):
            return Many.of((), value)
        return Many((value,)) if value is not None else Many()

    def tree(self, *path: str | int) -> Any:
        """Everything below a path: plain mappings and lists whose leaves are values."""
        return _tree(self.evaluated(*path))

    def references(self) -> frozenset[str]:
        """Every name that is referred to anywhere below, in every branch of its conditions."""
        if self._references is None:
            self._references = references(self.raw)
        return self._references

    def walk(self) -> Iterator[tuple[Location, Value[str]]]:
        """Every string below, wherever it stands, each with its place. Many rules do: it is found once."""
        if self._walked is None:
            self._walked = []
            _walk(self.raw, self.location, self.scope, self._walked)
        return iter(self._walked)


def _may_hold(unseen: Unresolved, key: str | int) -> bool:
    """Whether something may stand below the unknown: it is unknown then, and not absent.

    Of a list that cannot be seen there is one unknown item, so that who counts items comes to an end.
    """
    return unseen.cause is not Cause.INVALID and (isinstance(key, str) or key == 0)


def _walk(raw: Any, location: Location, scope: Scope, found: list[tuple[Location, Value[str]]]) -> None:
    if isinstance(raw, str) and "{{" not in raw:
        found.append((location, Known(raw)))
    elif isinstance(raw, list):
        for index, each in enumerate(raw):
            _walk(*_settle(each, location.at(index), scope), scope, found)
    elif isinstance(raw, dict) and not is_intrinsic(raw):
        for key, each in raw.items():
            _walk(*_settle(each, location.at(key), scope), scope, found)
    elif raw is not ABSENT and raw is not None:
        value = raw if isinstance(raw, Unresolved) else value_of(evaluate(raw, scope))
        if value is not None:
            found.append((location, value))


def _settle(raw: Any, location: Location, scope: Scope) -> tuple[Any, Location]:
    """Decides Fn::If, so that who reads a property never meets one."""
    while isinstance(raw, dict) and len(raw) == 1:
        if raw.get("Ref") == "AWS::NoValue":
            return ABSENT, location
        argument = raw.get("Fn::If")
        branches = 3
        if not isinstance(argument, list) or len(argument) != branches or not isinstance(argument[0], str):
            break
        decided = decide(argument[0], scope)
        if decided is None:
            return Unresolved(f"condition {argument[0]} cannot be evaluated"), location
        index = 1 if decided else 2
        raw, location = argument[index], location.at("Fn::If", index)
    return raw, location


def _no_list(evaluated: Any) -> Unresolved:
    if isinstance(evaluated, Unresolved):
        return evaluated
    value = value_of(evaluated)
    if isinstance(value, Unresolved) and value.cause is not Cause.INVALID:
        return value
    return Unresolved("something else stands where a list belongs", Cause.INVALID)


def _may_be_a_list(value: Unresolved) -> bool:
    return (
        value.text is not None
        and value.text.sole is not None
        and value.cause
        in {
            Cause.PARAMETER,
            Cause.UNSUPPORTED,
            Cause.IMPORTED,
        }
    )


def _tree(evaluated: Any) -> Any:
    if isinstance(evaluated, dict):
        return {key: _tree(value) for key, value in evaluated.items()}
    if isinstance(evaluated, list):
        return [_tree(each) for each in evaluated]
    return value_of(evaluated)
