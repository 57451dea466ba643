"""Who learns of a failed delivery, and where its history is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as cloudwatch_actions
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from constructs import Construct
from shipway.constructs.deploy_stage import FailureEvents
from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.constructs.deploy_stage import Deployable
    from shipway.constructs.removal import Removal

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Alerts(Construct):
    """A topic with email subscriptions; what is watched tells it of failures and alarms.

    Each address gets a mail from AWS after the first deployment and must confirm it before it is told
    anything.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names topic, rules and log group.
        removal: Whether the history outlives the stack.
        alert_emails: At least one address.
        log_retention: How long the history is kept (default 30 days).

    Attributes:
        topic: The topic.
        history: The log group with every state change of the pipeline, once one is watched.
        rules: The rules that notify.

    Raises:
        InputError: No address, or one that is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        removal: Removal,
        alert_emails: Sequence[str],
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH,
    ) -> None:
        super().__init__(scope, construct_id)
        _require_addresses(alert_emails)
        self._naming = naming
        self._removal = removal
        self._log_retention = log_retention
        self.history: logs.LogGroup | None = None
        self.rules: list[events.Rule] = []
        self.topic = sns.Topic(self, "Topic", topic_name=naming.name(Kind.TOPIC, "alerts"), enforce_ssl=True)
        for address in alert_emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(address))

    def watch_pipeline(self, pipeline: codepipeline.IPipeline) -> None:
        """Tell of failed executions, and keep every state change in the history."""
        self._tell(
            "PipelineFailed",
            FailureEvents(
                source="aws.codepipeline",
                detail_type="CodePipeline Pipeline Execution State Change",
                detail={"pipeline": [pipeline.pipeline_name], "state": ["FAILED"]},
                told=("pipeline", "state", "execution-id"),
            ),
        )
        self.history = self._keep_history(pipeline, self._removal, self._log_retention)

    def watch_build(self, project: codebuild.IProject) -> None:
        """Tell of failed builds."""
        self._tell(
            "BuildFailed",
            FailureEvents(
                source="aws.codebuild",
                detail_type="CodeBuild Build State Change",
                detail={
                    "project-name": [project.project_name],
                    "build-status": ["FAILED", "FAULT", "TIMED_OUT"],
                },
                told=("project-name", "build-status", "build-id"),
            ),
        )

    def watch_release(self, release: Deployable) -> None:
        """Tell of failed deployments and of the release's alarms."""
        self._tell("DeploymentFailed", release.failure)
        self._tell_of_alarms(release.alarms)

    def _tell(self, name: str, failure: FailureEvents) -> None:
        service, environment = self._naming.service, self._naming.environment_suffix
        facts = "\n".join(
            f"{fact}: {events.EventField.from_path(f'$.detail.{fact}')}" for fact in failure.told
        )
        what = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
        self.rules.append(
            events.Rule(
                self,
                name,
                rule_name=self._naming.name(Kind.RULE, what),
                event_pattern=events.EventPattern(
                    source=[failure.source],
                    detail_type=[failure.detail_type],
                    detail=failure.detail,
                    resources=list(failure.resources) or None,
                ),
                # The target lets events.amazonaws.com publish to the topic.
                targets=[
                    targets.SnsTopic(
                        self.topic,
                        message=events.RuleTargetInput.from_multiline_text(
                            f"{service} in {environment}: {what.replace('-', ' ')}\n{facts}"
                        ),
                    )
                ],
            )
        )

    def _tell_of_alarms(self, alarms: Sequence[cloudwatch.Alarm]) -> None:
        # A topic with a policy of its own no longer admits the account's alarms by default.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"ArnEquals": {"aws:SourceArn": [alarm.alarm_arn for alarm in alarms]}},
            )
        )
        for alarm in alarms:
            alarm.add_alarm_action(cloudwatch_actions.SnsAction(self.topic))

    def _keep_history(
        self, pipeline: codepipeline.IPipeline, removal: Removal, retention: logs.RetentionDays
    ) -> logs.LogGroup:
        group = logs.LogGroup(
            self,
            "History",
            log_group_name=self._naming.name(Kind.LOG_GROUP, "pipeline", prefix="/aws/events/"),
            retention=retention,
            removal_policy=removal.policy,
        )
        removal.allow(group, "log-group-left-behind")
        # EventBridge writes logs by a policy of CloudWatch Logs, of which a region has ten.
        logs.ResourcePolicy(
            self,
            "HistoryPolicy",
            resource_policy_name=self._naming.name(Kind.RULE, "history"),
            policy_statements=[
                iam.PolicyStatement(
                    principals=[
                        iam.ServicePrincipal("events.amazonaws.com"),
                        iam.ServicePrincipal("delivery.logs.amazonaws.com"),
                    ],
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[group.log_group_arn],
                )
            ],
        )
        # The CDK's log group target adds that policy by a Lambda function: hence the plain resource.
        events.CfnRule(
            self,
            "HistoryRule",
            name=self._naming.name(Kind.RULE, "history"),
            description="Every state change of the pipeline, its stages and actions",
            event_pattern={"source": ["aws.codepipeline"], "detail": {"pipeline": [pipeline.pipeline_name]}},
            targets=[
                events.CfnRule.TargetProperty(
                    id="History",
                    arn=Stack.of(self).format_arn(
                        service="logs",
                        resource="log-group",
                        resource_name=group.log_group_name,
                        arn_format=ArnFormat.COLON_RESOURCE_NAME,
                    ),
                )
            ],
        )
        return group


def _require_addresses(addresses: Sequence[str]) -> None:
    if isinstance(addresses, str) or not addresses:
        raise InputError(
            "alert_emails must be a list with at least one address",
            value=repr(addresses),
            remedy='Say who is told of a failed delivery, e.g. ["team@example.com"]',
        )
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise InputError(
                "alert_emails holds what is not an email address",
                value=repr(address),
                remedy='Use e.g. "team@example.com"',
            )
