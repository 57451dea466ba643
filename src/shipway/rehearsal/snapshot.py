"""What AWS says at one moment, and what is new since the moment before.

A snapshot is made of the very events that tell of its parts, so that the difference of two snapshots is
the list of events to record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

from shipway.rehearsal import events as ev

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.rehearsal.facts import TaskSet

FINAL_EXECUTION = frozenset({"Succeeded", "Failed", "Stopped", "Superseded", "Cancelled"})


@dataclass(frozen=True)
class Snapshot:
    """The state of a delivery and of one execution of its pipeline (or of none)."""

    facts: tuple[ev.Event, ...] = ()

    @property
    def execution(self) -> str:
        """Status of the execution; empty while there is none."""
        return next((fact.status for fact in self.facts if isinstance(fact, ev.ExecutionChanged)), "")

    @property
    def execution_is_over(self) -> bool:
        """Whether the execution will not change any more."""
        return self.execution in FINAL_EXECUTION

    @property
    def failed_action(self) -> ev.ActionChanged | None:
        """The first action that failed."""
        for fact in self.facts:
            if isinstance(fact, ev.ActionChanged) and fact.status == "Failed":
                return fact
        return None

    @property
    def deployment(self) -> ev.DeploymentChanged | None:
        """The deployment that the execution made."""
        return next((fact for fact in self.facts if isinstance(fact, ev.DeploymentChanged)), None)

    @property
    def task_sets(self) -> tuple[TaskSet, ...]:
        """All task sets of the service."""
        return next((fact.task_sets for fact in self.facts if isinstance(fact, ev.TaskSetsChanged)), ())

    @property
    def primary(self) -> TaskSet | None:
        """The task set that production traffic belongs to."""
        return next((one for one in self.task_sets if one.status == "PRIMARY"), None)

    def percent(self, target_group: str) -> float:
        """The share of the production traffic that a target group gets."""
        for fact in self.facts:
            if isinstance(fact, ev.WeightsChanged):
                return sum(one.percent for one in fact.weights if one.target_group == target_group)
        return 0.0


def changes(before: Snapshot, after: Snapshot) -> Iterator[ev.Event]:
    """The facts of ``after`` that are new or differ, in its order."""
    known = {_subject(fact): fact for fact in before.facts}
    for fact in after.facts:
        if known.get(_subject(fact)) != fact:
            yield fact


@singledispatch
def _subject(fact: ev.Event) -> tuple[object, ...]:
    """What a fact is about: two facts about one subject are its states at two moments."""
    return (type(fact),)


@_subject.register
def _(fact: ev.ActionChanged) -> tuple[object, ...]:
    return (type(fact), fact.execution, fact.stage, fact.action)


@_subject.register
def _(fact: ev.BuildPhaseChanged) -> tuple[object, ...]:
    return (type(fact), fact.build, fact.phase)


@_subject.register
def _(fact: ev.DeploymentChanged) -> tuple[object, ...]:
    return (type(fact), fact.deployment)


@_subject.register
def _(fact: ev.LifecycleEventChanged) -> tuple[object, ...]:
    return (type(fact), fact.deployment, fact.lifecycle_event)


@_subject.register
def _(fact: ev.TargetsChanged) -> tuple[object, ...]:
    return (type(fact), fact.target_group)
