"""``PollForSourceChanges``: AWS looks for changes once a minute unless it is told not to.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codepipeline.runs import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codepipeline.actions.action import Watched
    from shipway.localcloud.services.codepipeline.declaration import Action, Pipeline
    from shipway.localcloud.services.codepipeline.records import Record

_AWS_SECONDS = 60.0
_SHORTEST = 0.5  # seconds of this machine: a scaled minute must not keep the machine busy


class Poller:
    """Watches the sources of pipelines, a job for each version that has one to watch.

    Args:
        kernel: Jobs, clock, clients.
        watched: By category and provider: the sources that can be polled.
        is_current: Whether the pipeline still exists in this version.
        start: Starts an execution.
    """

    def __init__(
        self,
        kernel: Kernel,
        watched: Mapping[tuple[str, str], Watched],
        is_current: Callable[[Record, Pipeline], bool],
        start: Callable[[Record, Trigger], object],
    ) -> None:
        self._kernel = kernel
        self._watched = watched
        self._is_current = is_current
        self._start = start

    def watch(self, record: Record) -> None:
        """Begin to watch the pipeline's current version."""
        pipeline = record.pipeline
        polled = [
            action
            for action in pipeline.stages[0].actions
            if action.type.key in self._watched and polls(action.configuration)
        ]
        for action in polled:
            self._kernel.ledger.note(
                Fidelity.EMULATED,
                "CodePipeline PollForSourceChanges",
                "the source is polled every minute, since PollForSourceChanges is not false",
                where=f"{pipeline.name}/{action.name}",
            )
        if polled:
            self._kernel.jobs.start(f"poll {pipeline.name}", self._poll, record, pipeline, polled)

    def _poll(self, record: Record, pipeline: Pipeline, actions: list[Action]) -> None:
        seen = {action.name: self._newest(pipeline, action) for action in actions}
        while True:
            self._kernel.clock.pause(max(self._kernel.clock.real(_AWS_SECONDS), _SHORTEST))
            if not self._is_current(record, pipeline):
                return
            for action in actions:
                newest = self._newest(pipeline, action)
                if newest and newest != seen[action.name]:
                    self._start(record, Trigger("PollForSourceChanges", action.name))
                seen[action.name] = newest or seen[action.name]

    def _newest(self, pipeline: Pipeline, action: Action) -> str:
        role, via = (action.role_arn, pipeline.role_arn) if action.role_arn else (pipeline.role_arn, "")

        def client(api: str) -> object:
            return self._kernel.clients.client(api, role_arn=role, session=pipeline.name, via=via)

        try:
            return self._watched[action.type.key].newest(client, action.configuration)
        except (ClientError, BotoCoreError):
            return ""  # the role cannot be assumed: the execution itself will say so


def polls(configuration: Mapping[str, str]) -> bool:
    """Whether a source action polls: it does unless ``PollForSourceChanges`` is false."""
    return configuration.get("PollForSourceChanges", "true").lower() != "false"
