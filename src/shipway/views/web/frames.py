"""A whole rehearsal as a first snapshot and what changed in each later one: what a slider moves over."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from shipway.views.web.history import History, remember
from shipway.views.web.snapshot import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.rehearsal.events import Envelope

_FRAME_SECONDS = 0.25  # as often as the rehearsal looks


def frames(envelopes: Iterable[Envelope]) -> list[dict[str, Any]]:
    """The frames, at most four for each second of the run; ``traffic`` is in the last one, complete.

    A frame that is merged into the ones before it, key by key as RFC 7396 does, is a snapshot.
    """
    history = History()
    shown: dict[str, Any] = {}
    found: list[dict[str, Any]] = []
    events = iter(envelopes)
    for _, group in groupby(events, lambda one: one.at // _FRAME_SECONDS):
        for envelope in group:
            history = remember(history, envelope)
        following = snapshot(history)
        traffic = following.pop("traffic")
        found.append(_change(shown, following))
        shown = following
    if found:
        found[-1]["traffic"] = traffic
    return found


def _change(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What to merge into ``before``; keys never vanish from a snapshot, so that nothing has to say so."""
    change: dict[str, Any] = {}
    for key, value in after.items():
        known = before.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            if inner := _change(known, value):
                change[key] = inner
        elif key not in before or known != value:
            change[key] = value
    return change
