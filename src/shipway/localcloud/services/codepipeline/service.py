"""CodePipeline's API: each operation reads or moves the records, the work is the engine's."""

# ruff: noqa: D102 - the operations are AWS's, and documented there

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.kernel import EventTarget, Kernel, Provisioner, Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.codepipeline import views
from shipway.localcloud.services.codepipeline.actions.catalogue import PROVIDERS, WATCHED
from shipway.localcloud.services.codepipeline.board import Board
from shipway.localcloud.services.codepipeline.cloudformation import PipelineProvisioner, WebhookProvisioner
from shipway.localcloud.services.codepipeline.declaration import Pipeline, parse
from shipway.localcloud.services.codepipeline.engine import Engine
from shipway.localcloud.services.codepipeline.event_target import StartsPipeline
from shipway.localcloud.services.codepipeline.polling import Poller
from shipway.localcloud.services.codepipeline.records import Record, Records
from shipway.localcloud.services.codepipeline.runs import Transition, Trigger
from shipway.localcloud.services.codepipeline.stage_runner import StageRunner
from shipway.localcloud.services.codepipeline.validation import check
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPECS = {key: provider.spec for key, provider in PROVIDERS.items()}
_NOT_EXECUTED = {
    "beforeEntry": "entry conditions are not evaluated",
    "onSuccess": "success conditions are not evaluated",
    "onFailure": "failure conditions are not evaluated: no automatic rollback, retry or skip",
}


class CodePipeline(Service):
    """Pipelines that execute."""

    api = "codepipeline"

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "CodePipeline", "stages, artifacts, variables, states and events"),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self._lock = threading.RLock()
        self._records = Records()
        self._engine = Engine(kernel, StageRunner(kernel, PROVIDERS, self._lock), self._lock)
        self._target = StartsPipeline(kernel)
        self._poller = Poller(kernel, WATCHED, self._is_current, self._engine.start)

    def provisioners(self) -> Mapping[str, Provisioner]:
        """The two types."""
        return {
            "AWS::CodePipeline::Pipeline": PipelineProvisioner(self),
            "AWS::CodePipeline::Webhook": WebhookProvisioner(self.kernel.ledger),
        }

    def event_targets(self) -> Mapping[str, EventTarget]:
        """A rule starts a pipeline."""
        return {"codepipeline": self._target}

    @operation("CreatePipeline")
    def create_pipeline(self, request: Request, caller: Caller) -> Response:
        pipeline = self._parsed(request["pipeline"], 1)
        now = self.kernel.clock.now()
        record = Record(caller.account, caller.region, pipeline, now, now, Board(pipeline.mode))
        record.change(pipeline, now)
        record.tags = {tag["key"]: tag["value"] for tag in request.get("tags", [])}
        with self._lock:
            self._records.add(record)
            # A new pipeline starts at once, whatever its source holds.
            self._engine.start(record, Trigger("CreatePipeline", caller.principal_arn))
        self._poller.watch(record)
        return {"pipeline": pipeline.raw, "tags": request.get("tags")}

    @operation("UpdatePipeline")
    def update_pipeline(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipeline"]["name"])
            pipeline = self._parsed(request["pipeline"], record.pipeline.version + 1)
            record.change(pipeline, self.kernel.clock.now())
        self._poller.watch(record)
        return {"pipeline": pipeline.raw}

    @operation("DeletePipeline")
    def delete_pipeline(self, request: Request, caller: Caller) -> None:
        with self._lock:
            record = self._records.remove(caller, request["name"])
            for execution in record.active() if record else []:
                execution.abandoned.set()

    @operation("GetPipeline")
    def get_pipeline(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["name"])
            version = request.get("version", record.pipeline.version)
            if version not in record.versions:
                raise ServiceError(
                    "PipelineVersionNotFoundException",
                    f"Pipeline '{request['name']}' does not have a version {version}",
                )
            metadata = {"pipelineArn": record.arn, "created": record.created, "updated": record.updated}
            return {"pipeline": record.versions[version].raw, "metadata": metadata}

    @operation("ListPipelines")
    def list_pipelines(self, _request: Request, caller: Caller) -> Response:
        with self._lock:
            return {
                "pipelines": [
                    {
                        "name": record.pipeline.name,
                        "version": record.pipeline.version,
                        "pipelineType": record.pipeline.raw["pipelineType"],
                        "executionMode": record.pipeline.mode.value,
                        "created": record.created,
                        "updated": record.updated,
                    }
                    for record in self._records.of(caller)
                ]
            }

    @operation("GetPipelineState")
    def get_state(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            return views.state(self._records.get(caller, request["name"]))

    @operation("StartPipelineExecution")
    def start(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["name"])
            rule = self._target.rule_of(request.get("clientRequestToken", ""))
            execution = self._engine.start(
                record,
                Trigger("CloudWatchEvent", rule)
                if rule
                else Trigger("StartPipelineExecution", caller.principal_arn),
                {each["name"]: each["value"] for each in request.get("variables", [])},
                {each["actionName"]: each["revisionValue"] for each in request.get("sourceRevisions", [])},
            )
            return {"pipelineExecutionId": execution.id}

    @operation("StopPipelineExecution")
    def stop(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            execution = record.execution(request["pipelineExecutionId"])
            self._engine.stop(
                record, execution, abandon=bool(request.get("abandon")), reason=request.get("reason", "")
            )
            return {"pipelineExecutionId": execution.id}

    @operation("RetryStageExecution")
    def retry(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            execution = record.execution(request["pipelineExecutionId"])
            everything = request["retryMode"] == "ALL_ACTIONS"
            self._engine.retry(record, execution, request["stageName"], all_actions=everything)
            return {"pipelineExecutionId": execution.id}

    @operation("GetPipelineExecution")
    def get_execution(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            execution = record.execution(request["pipelineExecutionId"])
            return {"pipelineExecution": views.execution_details(execution)}

    @operation("ListPipelineExecutions")
    def list_executions(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            newest_first = list(reversed(record.executions.values()))
            summaries = [views.execution_summary(execution) for execution in newest_first]
        return _page("pipelineExecutionSummaries", summaries, request)

    @operation("ListActionExecutions")
    def list_actions(self, request: Request, caller: Caller) -> Response:
        asked = request.get("filter", {})
        only = asked.get("pipelineExecutionId") or asked.get("latestInPipelineExecution", {}).get(
            "pipelineExecutionId"
        )
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            executions = [record.execution(only)] if only else list(record.executions.values())
            runs = [(execution, run) for execution in executions for run in execution.action_runs()]
            runs.sort(key=lambda pair: pair[1].started, reverse=True)
            details = [views.action_execution(execution, run, record.region) for execution, run in runs]
        return _page("actionExecutionDetails", details, request)

    @operation("PutApprovalResult")
    def approve(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            stage = record.pipeline.stage(request["stageName"])
            if request["actionName"] not in {action.name for action in stage.actions}:
                raise ServiceError(
                    "ActionNotFoundException",
                    f"Action '{request['actionName']}' does not exist in stage '{stage.name}'",
                )
            run = next(
                (
                    run
                    for execution in record.executions.values()
                    for run in execution.action_runs()
                    if run.token == request["token"] and run.action.name == request["actionName"]
                ),
                None,
            )
            if run is None:
                raise ServiceError("InvalidApprovalTokenException", "The approval token is not valid")
            if run.status.is_over or run.approval:
                raise ServiceError(
                    "ApprovalAlreadyCompletedException", "The approval has been completed already"
                )
            run.approval = (request["result"]["status"], request["result"]["summary"])
            run.updated_by = caller.principal_arn
            return {"approvedAt": self.kernel.clock.now()}

    @operation("EnableStageTransition")
    def enable(self, request: Request, caller: Caller) -> None:
        self._switch(request, caller, enabled=True)

    @operation("DisableStageTransition")
    def disable(self, request: Request, caller: Caller) -> None:
        self._switch(request, caller, enabled=False)

    @operation("ListTagsForResource")
    def list_tags(self, request: Request, caller: Caller) -> Response:
        with self._lock:
            record = self._records.by_arn(caller, request["resourceArn"])
            return {"tags": [{"key": key, "value": value} for key, value in record.tags.items()]}

    @operation("TagResource")
    def tag(self, request: Request, caller: Caller) -> None:
        with self._lock:
            record = self._records.by_arn(caller, request["resourceArn"])
            record.tags.update({tag["key"]: tag["value"] for tag in request["tags"]})

    @operation("UntagResource")
    def untag(self, request: Request, caller: Caller) -> None:
        with self._lock:
            record = self._records.by_arn(caller, request["resourceArn"])
            for key in request["tagKeys"]:
                record.tags.pop(key, None)

    def _switch(self, request: Request, caller: Caller, *, enabled: bool) -> None:
        if request["transitionType"] != "Inbound":
            raise ServiceError("ValidationException", "Only inbound transitions can be enabled or disabled")
        with self._lock:
            record = self._records.get(caller, request["pipelineName"])
            stage = record.pipeline.stage(request["stageName"]).name
            record.transitions[stage] = Transition(
                enabled, caller.principal_arn, self.kernel.clock.now(), request.get("reason", "")
            )
            record.board = record.board.enable(stage) if enabled else record.board.disable(stage)
            self._engine.settle(record)

    def _parsed(self, raw: Mapping[str, Any], version: int) -> Pipeline:
        pipeline = parse(raw, version)
        check(pipeline, _SPECS)
        try:
            # AWS tries the role before it accepts a pipeline.
            self.kernel.clients.client("sts").assume_role(
                RoleArn=pipeline.role_arn, RoleSessionName="codepipeline"
            )
        except (ClientError, BotoCoreError) as error:
            raise ServiceError(
                "InvalidStructureException",
                f"CodePipeline is not authorized to perform AssumeRole on role {pipeline.role_arn}",
            ) from error
        self._note_limits(pipeline)
        return pipeline

    def _note_limits(self, pipeline: Pipeline) -> None:
        def note(what: str, detail: str, where: str) -> None:
            self.kernel.ledger.note(Fidelity.NOT_HONOURED, f"CodePipeline {what}", detail, where=where)

        for stage in pipeline.raw["stages"]:
            for member, detail in _NOT_EXECUTED.items():
                if stage.get(member):
                    note(member, detail, f"{pipeline.name}/{stage['name']}")
        if pipeline.raw.get("triggers"):
            note("triggers", "triggers need a code connection, which is not emulated", pipeline.name)

    def _is_current(self, record: Record, pipeline: Pipeline) -> bool:
        with self._lock:
            return self._records.holds(record) and record.pipeline is pipeline


def _page(member: str, items: list[dict[str, Any]], request: Request) -> dict[str, Any]:
    start, size = int(request.get("nextToken", 0)), int(request.get("maxResults", 100))
    following = str(start + size) if start + size < len(items) else None
    return {member: items[start : start + size], "nextToken": following}
