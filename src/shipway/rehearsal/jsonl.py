"""Events as lines of JSON and back: one envelope a line, with the version of this format."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from shipway.errors import InputError
from shipway.rehearsal.events import Envelope, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 1
_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in get_args(Event)}


def encode(envelope: Envelope) -> str:
    """One line without its line end; ``decode`` gives the same envelope back."""
    return json.dumps(
        {
            "v": VERSION,
            "seq": envelope.seq,
            "run_id": envelope.run_id,
            "at": envelope.at,
            "follows": envelope.follows,
            "kind": type(envelope.event).__name__,
            "event": asdict(envelope.event),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decode(line: str, *, where: str = "") -> Envelope:
    """The envelope of one line.

    Raises:
        InputError: Not a line of a rehearsal, or of another version of this format.
    """
    remedy = "Give the events.jsonl of a run of this version of Shipway"
    try:
        record = json.loads(line)
        version = record["v"]
    except (ValueError, TypeError, KeyError):
        raise InputError("not an event of a rehearsal", where=where, value=line[:60], remedy=remedy) from None
    if version != VERSION:
        raise InputError("events of an unknown version", where=where, value=str(version), remedy=remedy)
    try:
        event: Event = _revive(_KINDS[record["kind"]], record["event"])
        return Envelope(record["seq"], record["run_id"], record["at"], record["follows"], event)
    except (ValueError, TypeError, KeyError) as wrong:
        raise InputError(
            "an event that cannot be read", where=where, value=str(wrong), remedy=remedy
        ) from None


def read(lines: Iterable[str], *, where: str) -> Iterator[Envelope]:
    """The envelopes of a file, in its order; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield decode(line, where=f"{where}:{number}")


def _revive(hint: Any, value: Any) -> Any:
    """``value``, as JSON gave it, in the type that the dataclass asks for."""
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        known = {field.name for field in fields(hint)}
        if unknown := set(value) - known:
            raise ValueError(f"{hint.__name__} has no {', '.join(sorted(unknown))}")
        return hint(**{name: _revive(hints[name], part) for name, part in value.items()})
    if get_origin(hint) is tuple:
        return tuple(_revive(get_args(hint)[0], part) for part in value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
