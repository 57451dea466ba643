"""The story of a rehearsal, told once: deploy, release, drills, deletion, verdict."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.errors import ShipwayError
from shipway.rehearsal import events as ev
from shipway.rehearsal.facts import Fidelity, Outcome
from shipway.rehearsal.follow import Follower, Patience
from shipway.rehearsal.plan import DELETE, DEPLOY, RELEASE, START, SYNTHESIZE
from shipway.rehearsal.ports import StepFailedError
from shipway.rehearsal.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shipway.rehearsal.delivery import Delivery
    from shipway.rehearsal.journal import Journal
    from shipway.rehearsal.plan import Plan
    from shipway.rehearsal.ports import Account, Cloud, Commits, Load
    from shipway.rehearsal.snapshot import Snapshot
    from shipway.template.assembly import Assembly

_FIRST_ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Stage:
    """All that a rehearsal needs, chosen by ``bootstrap``.

    Args:
        cloud: Where it happens; starting already.
        account: The account in a cloud that has started.
        load: The users.
        synthesize: Runs the project's app and plans, in the account and region of a cloud.
        commits: The project's files for a branch.
        patience: How long is waited for what.
    """

    cloud: Cloud
    account: Callable[[ev.CloudStarted], Account]
    load: Load
    synthesize: Callable[[], tuple[Assembly, Plan]]
    commits: Callable[[str], Commits]
    patience: Patience


class Rehearsal:
    """One rehearsal from start to verdict.

    Args:
        stage: All that it needs.
        journal: Where its events go.
        keep: Leave everything as it is at the end, instead of deleting it.
    """

    def __init__(self, stage: Stage, journal: Journal, *, keep: bool = False) -> None:
        self._stage = stage
        self._journal = journal
        self._keep = keep
        self._reasons: list[str] = []

    def run(self) -> Outcome:
        """Do all of it and say how it ended; what fails on the way is a result, not an error.

        Raises:
            ShipwayError: The project cannot be rehearsed, or the machine lacks something.
            KeyboardInterrupt: The user asked to stop; the cloud still stands.
        """
        account: Account | None = None
        try:
            plan, assembly, account = self._begin()
            self._on_the_stack(account, assembly, plan)
        except StepFailedError as failed:
            self._reasons.append(str(failed))
        self._journal.record(self._stage.load.end())
        if account and not self._keep:
            self._delete(account)
        self._journal.record(ev.LedgerRead(self._stage.cloud.ledger()))
        outcome = Outcome.FAILED if self._reasons else Outcome.SUCCEEDED
        self._journal.record(ev.RehearsalFinished(outcome, tuple(self._reasons)))
        return outcome

    def _begin(self) -> tuple[Plan, Assembly, Account]:
        # The cloud starts while the app synthesizes: two processes, two cores.
        with ThreadPoolExecutor(1) as pool:
            prepared = pool.submit(self._prepare)
            with self._step(SYNTHESIZE, Fidelity.EXECUTED):
                assembly, plan = self._stage.synthesize()
            with self._step(START, Fidelity.EMULATED):
                account = prepared.result()
        self._journal.record(self._stage.cloud.started())
        return plan, assembly, account

    def _prepare(self) -> Account:
        account = self._stage.account(self._stage.cloud.started())
        account.prepare()
        return account

    def _on_the_stack(self, account: Account, assembly: Assembly, plan: Plan) -> None:
        with self._step(DEPLOY, Fidelity.EMULATED):
            account.deploy(assembly, self._journal.record)
            delivery = account.find_delivery()
            for to, topic in self._stage.cloud.confirm_subscriptions():
                self._journal.record(ev.SubscriptionConfirmed(to, topic))
        url = self._stage.cloud.address_of(delivery.listener_arn)
        self._journal.record(_found(delivery, url))
        follower = Follower(
            account,
            self._stage.cloud,
            self._stage.load,
            delivery,
            self._journal,
            patience=self._stage.patience,
        )
        follower.until_settled(None, lambda now: now.primary is not None and _is_up(now))
        self._stage.load.begin((url.rstrip("/") + "/", url.rstrip("/") + delivery.health_check_path))
        follower.at_most(_FIRST_ANSWER_SECONDS, None, lambda _: self._stage.load.flowing)
        commits = self._stage.commits(delivery.branch)
        scene = Scene(
            account=account,
            delivery=delivery,
            commits=commits,
            load=self._stage.load,
            follower=follower,
            journal=self._journal,
        )
        with self._step(RELEASE, Fidelity.EMULATED):
            self._reasons += scene.release()
        for planned in plan.drills:
            if planned.change is None:
                self._journal.record(ev.DrillSkipped(planned.drill.name, planned.skipped))
                continue
            with self._step(planned.drill.name, Fidelity.EMULATED):
                self._reasons += scene.drill(planned.drill, planned.change)

    def _delete(self, account: Account) -> None:
        try:
            with self._step(DELETE, Fidelity.EMULATED):
                account.delete(self._journal.record)
                leftovers = account.leftovers()
                self._journal.record(ev.LeftoversListed(leftovers))
        except StepFailedError as failed:
            self._reasons.append(str(failed))
        else:
            self._reasons += [f"left after deletion: {one.service} {one.resource}" for one in leftovers]

    @contextmanager
    def _step(self, name: str, fidelity: Fidelity) -> Iterator[None]:
        self._journal.record(ev.StepStarted(name, fidelity))
        reasons = len(self._reasons)
        try:
            yield
        except (StepFailedError, ShipwayError) as failed:
            self._journal.record(ev.StepFinished(name, Outcome.FAILED, str(failed)))
            raise
        except KeyboardInterrupt:
            self._journal.record(ev.StepFinished(name, Outcome.INTERRUPTED))
            raise
        new = "; ".join(self._reasons[reasons:])
        self._journal.record(ev.StepFinished(name, Outcome.FAILED if new else Outcome.SUCCEEDED, new))


def _found(delivery: Delivery, url: str) -> ev.DeliveryFound:
    return ev.DeliveryFound(
        delivery.pipeline.name,
        tuple(stage.name for stage in delivery.pipeline.stages),
        delivery.repository,
        delivery.branch,
        delivery.service,
        url,
        str(delivery.shift),
    )


def _is_up(now: Snapshot) -> bool:
    return now.primary is not None and now.primary.running >= now.primary.desired
