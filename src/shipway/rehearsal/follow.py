"""Looks again and again, and writes down what is new: snapshots, mails and requests become events here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.rehearsal.ports import StepFailedError
from shipway.rehearsal.shift import steps
from shipway.rehearsal.snapshot import Snapshot, changes

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.rehearsal.delivery import Delivery
    from shipway.rehearsal.journal import Journal
    from shipway.rehearsal.ports import Account, Cloud, Load

POLL_SECONDS = 0.25
_COUNT_SECONDS = 0.5  # between two events that count requests


@dataclass(frozen=True)
class Patience:
    """How many seconds of this machine are waited for what.

    Args:
        time_scale: AWS seconds per second of this machine.
    """

    time_scale: float = 1.0

    @property
    def stall(self) -> float:
        """Without any change. CodeDeploy itself waits an hour for tasks to become healthy."""
        return 3600 / self.time_scale + 120

    @property
    def settle(self) -> float:
        """For tasks to come, and for what is left of an undone release to go."""
        return 900 / self.time_scale + 20


class Follower:
    """The eyes of a rehearsal, for one delivery.

    Args:
        account: Where to look.
        cloud: Where mails arrive.
        load: Counts requests.
        delivery: What to look at.
        journal: Where to write.
        patience: How long nothing may happen.
        sleep: Waits so many seconds.
        now: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        account: Account,
        cloud: Cloud,
        load: Load,
        delivery: Delivery,
        journal: Journal,
        *,
        patience: Patience,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._cloud = cloud
        self._load = load
        self._delivery = delivery
        self._journal = journal
        self._patience = patience
        self._sleep = sleep
        self._now = now
        self._last = Snapshot()
        self._shares: dict[str, list[float]] = {}
        self._mails: set[str] = set()
        self._counted = 0.0

    @property
    def mails(self) -> int:
        """How many have arrived so far."""
        return len(self._mails)

    def shares(self, target_group: str) -> tuple[float, ...]:
        """The percentages that a target group had, in order, since ``forget_shares``."""
        return steps(self._shares.get(target_group, ()))

    def forget_shares(self) -> None:
        """Begin the history of the listener's weights anew."""
        self._shares.clear()

    def look(self, execution: str | None = None) -> Snapshot:
        """Look once and write down what is new."""
        snapshot = self._account.observe(self._delivery, execution)
        for event in changes(self._last, snapshot):
            self._journal.record(event)
        self._last = snapshot
        for name in self._delivery.target_groups.values():
            self._shares.setdefault(name, []).append(snapshot.percent(name))
        for mail in self._cloud.mails():
            if mail.id not in self._mails:
                self._mails.add(mail.id)
                self._journal.record(mail)
        if self._now() - self._counted >= _COUNT_SECONDS:
            self._counted = self._now()
            self._journal.record(self._load.counted())
        return snapshot

    def until(self, execution: str | None, done: Callable[[Snapshot], bool], *, what: str) -> Snapshot:
        """Look until ``done``.

        Args:
            execution: The execution to look at, if any.
            done: Tells the snapshot that ends it.
            what: What is waited for, e.g. ``"the end of the execution"``.

        Raises:
            StepFailedError: Nothing changed for so long that nothing will.
        """
        before, since = self._last, self._now()
        while True:
            snapshot = self.look(execution)
            if done(snapshot):
                return snapshot
            if snapshot != before:
                before, since = snapshot, self._now()
            if self._now() - since > self._patience.stall:
                raise StepFailedError(
                    f"nothing moved for {self._patience.stall:g} s while waiting for {what}"
                )
            self._sleep(POLL_SECONDS)

    def until_settled(self, execution: str | None, done: Callable[[Snapshot], bool]) -> Snapshot:
        """Look until ``done``, or until patience is over: a judge will say what that means."""
        return self.at_most(self._patience.settle, execution, done)

    def at_most(self, seconds: float, execution: str | None, done: Callable[[Snapshot], bool]) -> Snapshot:
        """Look until ``done`` or until ``seconds`` are over, whichever comes first."""
        until = self._now() + seconds
        while True:
            snapshot = self.look(execution)
            if done(snapshot) or self._now() >= until:
                return snapshot
            self._sleep(POLL_SECONDS)
