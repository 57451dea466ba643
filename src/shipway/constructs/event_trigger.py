"""The rule that starts a pipeline when its source changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam

from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from constructs import Construct


def event_trigger(
    scope: Construct,
    *,
    naming: Naming,
    pipeline: codepipeline.IPipeline,
    description: str,
    pattern: events.EventPattern,
) -> events.Rule:
    """A rule, and the role by which it starts this pipeline and nothing else."""
    role = iam.Role(
        scope,
        "TriggerRole",
        role_name=naming.name(Kind.ROLE, "trigger-role"),
        assumed_by=iam.ServicePrincipal("events.amazonaws.com"),
    )
    return events.Rule(
        scope,
        "Trigger",
        rule_name=naming.name(Kind.RULE, "trigger"),
        description=description,
        event_pattern=pattern,
        # The target grants the role StartPipelineExecution on this pipeline, and nothing else.
        targets=[targets.CodePipeline(pipeline, event_role=role)],
    )
