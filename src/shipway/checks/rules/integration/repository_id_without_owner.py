"""PIPE042."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ID = re.compile(r"[^/:\s]+(?:/[^/:\s]+)+\Z")


@rule(
    id="PIPE042",
    name="repository-id-without-owner",
    family=Family.INTEGRATION,
    title="FullRepositoryId is not owner and repository",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="A connection looks for `owner/repository`. The repository's name alone, or its URL, is "
    "not found, "
    "and the source fails.",
    remediation="Write owner/repository, without https:// and without .git.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration:
                FullRepositoryId: hello  # <-
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
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration:
                FullRepositoryId: octocat/hello
""",
)
def repository_id_without_owner(action: Action, _graph: PipelineGraph) -> Findings:
    """GitLab groups may nest, so there may be more than one slash."""
    value = action.configuration.get("FullRepositoryId")
    if isinstance(value, Known) and action.is_a("CodeStarSourceConnection") and not _ID.match(value.value):
        yield Finding(
            action.at_configuration("FullRepositoryId"),
            f"{action.said} reads {value.value!r}, which is not owner/repository",
        )
