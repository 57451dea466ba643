"""PIPE011."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline, Webhook
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="PIPE011",
    name="webhook-of-no-source",
    family=Family.INTEGRATION,
    title="Webhook targets no source action of its pipeline",
    severity=Severity.ERROR,
    subject=Webhook,
    since="0.1",
    rationale="A webhook starts a pipeline at a source action with provider GitHub, by its name. With "
    "another "
    "name it is refused; with a source over a connection, which brings its own webhook, it starts nothing.",
    remediation="Set TargetAction to the name of the GitHub source action; drop the webhook for a "
    "connection.",
    source="https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_WebhookDefinition.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      TargetPipeline: !Ref Release
      TargetAction: Source  # <-
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: "1"}
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      TargetPipeline: !Ref Release
      TargetAction: Checkout
""",
)
def webhook_of_no_source(webhook: Webhook, graph: PipelineGraph) -> Findings:
    """Only for a pipeline whose sources are all seen."""
    pipeline = graph.find(webhook.target_pipeline, Pipeline)
    action = webhook.target_action
    if not isinstance(pipeline, Pipeline) or not pipeline.complete or not isinstance(action, Known):
        return
    sources = {known(each.name): each for each in pipeline.sources}
    source = sources.get(action.value)
    if source is None and None not in sources:
        yield Finding(
            webhook.at("TargetAction"),
            f"{webhook.said} targets {action.value}, and {pipeline.said} has no source action of that name",
        )
    elif source is not None and source.is_a("CodeStarSourceConnection", "CodeCommit", "S3", "ECR"):
        yield Finding(
            webhook.at("TargetAction"),
            f"{webhook.said} targets {action.value}, whose source is {known(source.provider)} and "
            "takes no webhook",
        )
