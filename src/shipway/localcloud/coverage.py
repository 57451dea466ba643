"""Which properties of a template a provisioner looked at: what it never read, it cannot have honoured."""

# ruff: noqa: D102 - the methods are those of dict

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# CloudFormation resolves these itself; no provisioner needs to read them.
_ALWAYS_READ = frozenset({"ServiceToken"})


class RecordedMapping(dict[str, Any]):
    """A dict that remembers which keys were read, at every depth.

    It is a real dict, since provisioners of ministack check for one, copy it and dump it: a copy or a
    dump counts as having read everything, which is as far as this measure can see.
    """

    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__({key: _recorded(value) for key, value in content.items()})
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self._read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._read.add(key)
        return super().get(key, default)

    def pop(self, key: str, *default: Any) -> Any:
        self._read.add(key)
        return super().pop(key, *default)

    def __contains__(self, key: object) -> bool:
        # Asking whether a property is there is looking at it: provisioners branch on presence.
        self._read.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        self._read.update(super().keys())
        return super().__iter__()

    def keys(self) -> Any:
        self._read.update(super().keys())
        return super().keys()

    def items(self) -> Any:
        self._read.update(super().keys())
        return super().items()

    def values(self) -> Any:
        self._read.update(super().keys())
        return super().values()

    def __reduce_ex__(self, protocol: Any) -> Any:
        # deepcopy and pickle give a plain dict, so that recorders do not live on in ministack's state.
        return dict, (dict(self.items()),)

    def unread(self, prefix: str = "") -> list[str]:
        """Property paths (``LoadBalancers.0.ContainerName``) that nobody read, outermost only."""
        paths = []
        for key in dict.keys(self):
            if key in _ALWAYS_READ:
                continue
            if key not in self._read:
                paths.append(prefix + key)
            else:
                paths += _unread_below(dict.__getitem__(self, key), f"{prefix}{key}.")
        return paths


def _recorded(value: Any) -> Any:
    if isinstance(value, dict):
        return RecordedMapping(value)
    if isinstance(value, list):
        return [_recorded(item) for item in value]
    return value


def _unread_below(value: Any, prefix: str) -> Iterable[str]:
    if isinstance(value, RecordedMapping):
        # A mapping of which nothing was read was handed on whole; what became of it cannot be seen from here.
        return value.unread(prefix) if value._read else []  # noqa: SLF001 - the same class, one level down
    if isinstance(value, list):
        return [path for index, item in enumerate(value) for path in _unread_below(item, f"{prefix}{index}.")]
    return []


def plain(value: Any) -> Any:
    """The same value without recorders, and without marking anything as read."""
    if isinstance(value, dict):
        return {key: plain(dict.__getitem__(value, key)) for key in dict.keys(value)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
