"""What is done on a deployed stack: each act gives the reasons why it is not as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.rehearsal import events as ev
from shipway.rehearsal import judge

if TYPE_CHECKING:
    from shipway.rehearsal.delivery import Delivery
    from shipway.rehearsal.drills import Change, Drill, Seen
    from shipway.rehearsal.follow import Follower
    from shipway.rehearsal.journal import Journal
    from shipway.rehearsal.ports import Account, Commits, Load
    from shipway.rehearsal.snapshot import Snapshot

_START_SECONDS = 15.0  # a push that has started nothing after so long starts nothing
_MAIL_SECONDS = 10.0


class Scene:
    """The acts on one deployed delivery.

    Args:
        account: Where it is deployed.
        delivery: What is deployed.
        commits: What is pushed to it.
        load: Its users.
        follower: Its observer.
        journal: Where events go.
    """

    def __init__(
        self,
        *,
        account: Account,
        delivery: Delivery,
        commits: Commits,
        load: Load,
        follower: Follower,
        journal: Journal,
    ) -> None:
        self._load = load
        self._journal = journal
        self._account = account
        self._delivery = delivery
        self._follower = follower
        self._commits = commits

    def release(self) -> tuple[str, ...]:
        """Push the project as it is, and follow it until its tasks alone serve."""
        before, failed = self._follower.look(), self._load.counted().failed
        self._follower.forget_shares()
        execution = self._push(self._commits.released, "the project as it is")
        after = self._follow(execution, before)
        after = self._follower.until_settled(execution, lambda now: len(now.task_sets) <= 1)
        faults = judge.release_faults(before, after)
        lost = self._load.counted().failed - failed
        if lost:
            faults = (*faults, f"{lost} requests failed during the release")
        if not self._load.flowing:
            faults = (*faults, "the load balancer never gave a good answer")
        return faults or self._judge_shift(after)

    def drill(self, drill: Drill, change: Change) -> tuple[str, ...]:
        """Push a change that must not reach the users, and compare with what was predicted."""
        predicted = drill.predict(self._delivery.pipeline, recipients=len(self._delivery.recipients))
        self._journal.record(ev.DrillPredicted(drill.name, str(predicted)))
        observed = self._observe_drill(change, predicted)
        agrees = observed == predicted
        self._journal.record(ev.DrillObserved(drill.name, str(observed), agrees))
        return () if agrees else (f"drill {drill.name}: predicted {predicted}; observed {observed}",)

    def _observe_drill(self, change: Change, predicted: Seen) -> Seen:
        before, failed = self._follower.look(), self._load.counted().failed
        mails = self._follower.mails
        execution = self._push(self._commits.commit(change), change.message)
        after = self._follow(execution, before)
        after = self._follower.until_settled(execution, lambda now: judge.is_settled(before, now))
        if predicted.mail:
            after = self._follower.at_most(_MAIL_SECONDS, execution, lambda _: self._follower.mails > mails)
        return judge.seen(
            before,
            after,
            failed_requests=self._load.counted().failed - failed,
            mails=self._follower.mails - mails,
        )

    def _push(self, commit: str, message: str) -> str | None:
        """Push, and give the execution that it started, if it started one."""
        self._commits.push(self._delivery.clone_url)
        self._journal.record(ev.ChangePushed(commit, self._delivery.branch, message))
        started: list[str] = []

        def has_started(_: Snapshot) -> bool:
            execution = self._account.execution_of(self._delivery, commit)
            started.extend([execution] if execution else [])
            return bool(started)

        self._follower.at_most(_START_SECONDS, None, has_started)
        return started[0] if started else None

    def _follow(self, execution: str | None, before: Snapshot) -> Snapshot:
        if execution is None:
            return before
        return self._follower.until(
            execution, lambda now: now.execution_is_over, what="the end of the pipeline's execution"
        )

    def _judge_shift(self, after: Snapshot) -> tuple[str, ...]:
        group = after.primary.target_group if after.primary else ""
        predicted, observed = self._delivery.shift.percentages, self._follower.shares(group)
        agrees = predicted == observed
        self._journal.record(ev.ShiftObserved(predicted, observed, agrees))
        if agrees:
            return ()
        return (
            f"the traffic should have shifted {_arrows(predicted)} and was seen to shift {_arrows(observed)}",
        )


def _arrows(shares: tuple[float, ...]) -> str:
    return " → ".join(f"{share:g} %" for share in shares)
