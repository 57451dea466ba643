"""What a rehearsal asks of the world. ``bootstrap`` chooses who answers; tests answer themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.rehearsal.delivery import Delivery
    from shipway.rehearsal.drills import Change
    from shipway.rehearsal.events import CloudStarted, MailArrived, RequestsCounted, ResourceChanged
    from shipway.rehearsal.facts import LedgerEntry, Leftover
    from shipway.rehearsal.snapshot import Snapshot
    from shipway.template.assembly import Assembly

    Report = Callable[[ResourceChanged], object]


class StepFailedError(Exception):
    """A step did not reach its end; the text is the reason. It ends in a verdict, never at the user."""


class Account(Protocol):
    """An AWS account, by AWS's own APIs only: an adapter for a real one could stand in."""

    def prepare(self) -> None:
        """Note what the account holds, then make what the CDK's synthesizer expects to find in it."""

    def deploy(self, assembly: Assembly, report: Report) -> None:
        """Publish the assets, then create the stacks in order; every status change goes to ``report``.

        Raises:
            StepFailedError: A stack was not created.
        """

    def find_delivery(self) -> Delivery:
        """The pipeline of the deployed stacks and all that hangs on it.

        Raises:
            StepFailedError: Something that a pipeline needs is not there.
        """

    def execution_of(self, delivery: Delivery, commit: str) -> str | None:
        """Id of the execution that a commit started, if one did."""

    def observe(self, delivery: Delivery, execution: str | None) -> Snapshot:
        """What AWS says now about the service and about an execution."""

    def delete(self, report: Report) -> None:
        """Delete the stacks, the last one first, and what ``prepare`` made.

        Raises:
            StepFailedError: A stack was not deleted.
        """

    def leftovers(self) -> tuple[Leftover, ...]:
        """What the services still list and did not list at ``prepare``."""


class Cloud(Protocol):
    """What a rehearsal must know of the place where it happens and AWS has no API for."""

    def started(self) -> CloudStarted:
        """Where it is; waits until it answers.

        Raises:
            MissingRequirementError: It cannot run on this machine.
        """

    def address_of(self, listener_arn: str) -> str:
        """URL at which a load balancer's listener can be reached from here; empty when it cannot."""

    def mails(self) -> tuple[MailArrived, ...]:
        """All notifications that were mailed so far, in order."""

    def confirm_subscriptions(self) -> tuple[tuple[str, str], ...]:
        """Follow the links in mails that ask for it; the (recipient, topic) of each that was followed."""

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """What was emulated, executed, simulated and not honoured."""

    def stop(self) -> None:
        """End it in order: no process, port or file of its own is left. May be called twice."""

    def kill(self) -> None:
        """End it at once."""


class Load(Protocol):
    """A steady stream of requests."""

    def begin(self, urls: tuple[str, ...]) -> None:
        """Send to the first of ``urls`` that gives a good answer; only what follows that is counted."""

    @property
    def flowing(self) -> bool:
        """Whether the first good answer has come."""

    def counted(self) -> RequestsCounted:
        """The sums so far."""

    def end(self) -> RequestsCounted:
        """Stop, wait for the answers that are due, and give the last sums. May be called twice."""


class Commits(Protocol):
    """The project's files with a history that can be pushed."""

    @property
    def released(self) -> str:
        """Id of the commit that holds the project as it is."""

    def commit(self, change: Change) -> str:
        """Commit the project as it is plus a change; return the commit's id."""

    def push(self, url: str) -> None:
        """Push the branch.

        Raises:
            StepFailedError: git could not.
        """
