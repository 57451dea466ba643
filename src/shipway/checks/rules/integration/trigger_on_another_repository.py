"""PIPE005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.source import CodeRepository
from shipway.model.value import Known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value


@rule(
    id="PIPE005",
    name="trigger-on-another-repository",
    family=Family.INTEGRATION,
    title="Trigger waits for a repository that the source does not read",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="The field `resources` of a CodeCommit event holds the ARN of the repository. A name, a "
    "URL, or "
    "the ARN of another repository never matches, so a push starts nothing.",
    remediation="List the ARN of the repository that the source reads: !GetAtt Repository.Arn.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html",
    bad="""
Resources:
  Code:
    Type: AWS::CodeCommit::Repository
    Properties: {RepositoryName: hello}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: !GetAtt Code.Name, BranchName: main}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        resources:
          - !GetAtt Code.Name  # <-
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
    good="""
Resources:
  Code:
    Type: AWS::CodeCommit::Repository
    Properties: {RepositoryName: hello}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: !GetAtt Code.Name, BranchName: main}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        resources:
          - !GetAtt Code.Arn
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def trigger_on_another_repository(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """A rule that lists several repositories is wrong only when none of them is read."""
    read = [
        graph.find(source.configuration.get("RepositoryName"), CodeRepository)
        for source in pipeline.sources
        if source.is_a("CodeCommit")
    ]
    for event_rule in graph.rules_that_start(pipeline):
        pattern = event_rule.pattern
        resources = pattern.allowed("resources") if pattern is not None else None
        if pattern is None or not resources or not resources.complete or not read:
            continue
        if pattern.admits("aws.codecommit", "source") is not True:
            continue
        where = pattern.location.at("resources", 0)
        if all(_is_no_arn(each) for each in resources):
            shown = ", ".join(str(text_of(each)) for each in resources)
            yield Finding(where, f"{event_rule.said} waits for {shown}, which is no ARN of a repository")
            continue
        found = [graph.find(each, CodeRepository) for each in resources]
        waits = [each.logical_id for each in found if isinstance(each, CodeRepository)]
        reads = [each.logical_id for each in read if isinstance(each, CodeRepository)]
        if len(waits) == len(found) and len(reads) == len(read) and not set(waits).intersection(reads):
            yield Finding(
                where,
                f"{event_rule.said} waits for {', '.join(waits)}, and {pipeline.said} reads "
                f"{', '.join(reads)}",
            )


def _is_no_arn(value: Value[str]) -> bool:
    text = text_of(value)
    if text.sole is not None and text.sole.kind.name == "RESOURCE":
        return text.sole.attribute in {"Name", "CloneUrlHttp", "CloneUrlSsh", ""}
    return isinstance(value, Known) and not value.value.startswith("arn:")
