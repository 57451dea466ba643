"""Reads what AWS says at one moment about a delivery, by the calls that any client would use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shipway.rehearsal import events as ev
from shipway.rehearsal.delivery import CODEBUILD, CODEDEPLOY_TO_ECS
from shipway.rehearsal.facts import TaskSet, Weight
from shipway.rehearsal.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_codebuild.type_defs import BuildTypeDef
    from types_boto3_codepipeline.type_defs import ActionExecutionDetailTypeDef

    from shipway.rehearsal.aws.clients import Clients
    from shipway.rehearsal.delivery import Delivery


class Observer:
    """Takes snapshots; what cannot change any more is asked for once.

    Args:
        clients: Where to ask.
        delivery: What to ask about.
    """

    def __init__(self, clients: Clients, delivery: Delivery) -> None:
        self._clients = clients
        self._delivery = delivery
        self._finished_builds: dict[str, BuildTypeDef] = {}

    def execution_of(self, commit: str) -> str | None:
        """Id of the execution that has ``commit`` as its source revision."""
        summaries = self._clients.codepipeline.list_pipeline_executions(
            pipelineName=self._delivery.pipeline.name, maxResults=20
        )["pipelineExecutionSummaries"]
        for summary in summaries:
            revisions = summary.get("sourceRevisions", [])
            if any(revision.get("revisionId") == commit for revision in revisions):
                return summary.get("pipelineExecutionId")
        return None

    def snapshot(self, execution: str | None) -> Snapshot:
        """The state of the service, and of an execution when one is named."""
        facts = [*self._service()]
        if execution is not None:
            facts = [*self._execution(execution), *facts]
        return Snapshot(tuple(facts))

    def _execution(self, execution: str) -> Iterator[ev.Event]:
        name = self._delivery.pipeline.name
        state = self._clients.codepipeline.get_pipeline_execution(
            pipelineName=name, pipelineExecutionId=execution
        )["pipelineExecution"]
        yield ev.ExecutionChanged(execution, state.get("status", ""), state.get("statusSummary", ""))
        details = self._clients.codepipeline.list_action_executions(
            pipelineName=name, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        for detail in reversed(details):  # the newest comes first
            yield from self._action(execution, detail)

    def _action(self, execution: str, detail: ActionExecutionDetailTypeDef) -> Iterator[ev.Event]:
        stage, action = detail.get("stageName", ""), detail.get("actionName", "")
        provider = self._delivery.pipeline.provider_of(stage, action)
        result = detail.get("output", {}).get("executionResult", {})
        yield ev.ActionChanged(
            execution,
            stage,
            action,
            provider,
            detail.get("status", ""),
            result.get("errorDetails", {}).get("message", "") or result.get("externalExecutionSummary", ""),
        )
        external = result.get("externalExecutionId", "")
        if external and provider == CODEBUILD:
            yield from self._build(external)
        elif external and provider == CODEDEPLOY_TO_ECS:
            yield from self._deployment(external)

    def _build(self, build: str) -> Iterator[ev.Event]:
        if build not in self._finished_builds:
            (found,) = self._clients.codebuild.batch_get_builds(ids=[build])["builds"]
            if found.get("buildComplete"):
                self._finished_builds[build] = found
        else:
            found = self._finished_builds[build]
        for phase in found.get("phases", []):
            contexts = (context.get("message", "") for context in phase.get("contexts", []))
            yield ev.BuildPhaseChanged(
                build,
                phase.get("phaseType", ""),
                phase.get("phaseStatus", "IN_PROGRESS"),
                "; ".join(filter(None, contexts)),
            )

    def _deployment(self, deployment: str) -> Iterator[ev.Event]:
        codedeploy = self._clients.codedeploy
        info = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        reason = info.get("errorInformation", {}).get("message", "")
        yield ev.DeploymentChanged(deployment, info.get("status", ""), reason)
        targets = codedeploy.list_deployment_targets(deploymentId=deployment)["targetIds"]
        if not targets:
            return
        for target in codedeploy.batch_get_deployment_targets(deploymentId=deployment, targetIds=targets)[
            "deploymentTargets"
        ]:
            for event in target.get("ecsTarget", {}).get("lifecycleEvents", []):
                yield ev.LifecycleEventChanged(
                    deployment, event.get("lifecycleEventName", ""), event.get("status", "")
                )

    def _service(self) -> Iterator[ev.Event]:
        names = self._delivery.target_groups
        yield ev.WeightsChanged(self._weights())
        for arn, name in names.items():
            health = self._clients.elbv2.describe_target_health(TargetGroupArn=arn)
            states = Counter(
                one.get("TargetHealth", {}).get("State", "unknown")
                for one in health["TargetHealthDescriptions"]
            )
            written = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
            yield ev.TargetsChanged(name, states["healthy"], written or "none")
        (service,) = self._clients.ecs.describe_services(
            cluster=self._delivery.cluster, services=[self._delivery.service]
        )["services"]
        yield ev.TaskSetsChanged(
            tuple(
                TaskSet(
                    one.get("id", ""),
                    one.get("status", ""),
                    one.get("taskDefinition", "").rsplit("/", 1)[-1],
                    next(
                        (
                            names.get(balancer.get("targetGroupArn", ""), "")
                            for balancer in one.get("loadBalancers", [])
                        ),
                        "",
                    ),
                    one.get("runningCount", 0),
                    one.get("computedDesiredCount", 0),
                )
                for one in service.get("taskSets", [])
            )
        )

    def _weights(self) -> tuple[Weight, ...]:
        """The shares of the production listener, whether it forwards to one group or divides."""
        (listener,) = self._clients.elbv2.describe_listeners(ListenerArns=[self._delivery.listener_arn])[
            "Listeners"
        ]
        weights = dict.fromkeys(self._delivery.target_groups, 0)
        for action in listener.get("DefaultActions", []):
            groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
            for group in groups:
                weights[group.get("TargetGroupArn", "")] = group.get("Weight", 1)
            if not groups and "TargetGroupArn" in action:
                weights[action["TargetGroupArn"]] = 1
        total = sum(weights.values())
        return tuple(
            Weight(self._delivery.target_groups.get(arn, arn), 100 * weight / total if total else 0.0)
            for arn, weight in weights.items()
        )
