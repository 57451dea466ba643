"""PIPE004."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Pipeline
from shipway.model.text import Text
from shipway.model.value import Known, Unresolved, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.location import Location
    from shipway.model.value import Value

_REFERENCE = "refs/heads/"


@rule(
    id="PIPE004",
    name="trigger-on-another-branch",
    family=Family.INTEGRATION,
    title="Trigger waits for a branch that the source does not read",
    severity=Severity.ERROR,
    subject=Pipeline,
    since="0.1",
    rationale="The rule or webhook starts the pipeline when its own branch changes, and the pipeline then "
    "builds the branch of its source. With two different ones a push to the built branch starts nothing.",
    remediation="Write the branch once, as a parameter, and use it in the source and in the trigger.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: hello, BranchName: main, PollForSourceChanges: false}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail:
          referenceName: [master]  # <-
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
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
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: "1"}
              Configuration: {RepositoryName: hello, BranchName: main, PollForSourceChanges: false}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail:
          referenceName: [main]
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def trigger_on_another_branch(pipeline: Pipeline, graph: PipelineGraph) -> Findings:
    """A branch that is written out where the source has a parameter is right only by default."""
    for where, said, branches in (*_of_rules(pipeline, graph), *_of_webhooks(pipeline, graph)):
        wanted = [
            branch
            for source in pipeline.sources
            for key in ("BranchName", "Branch")
            if (branch := source.configuration.get(key)) is not None
        ]
        if not wanted or any(isinstance(each, Unresolved) for each in (*wanted, *branches)):
            continue
        names = {known(each) for each in branches}
        read = [each for each in wanted if known(each) in names]
        shown = ", ".join(sorted(str(name) for name in names))
        if not read:
            yield Finding(
                where, f"{said} waits for branch {shown}, and {pipeline.said} reads {known(wanted[0])}"
            )
        elif all(each.text is not None and each.text.parameters for each in read) and not any(
            text_of(each).parameters for each in branches
        ):
            yield Finding(
                where,
                f"{said} waits for branch {shown} whatever {text_of(read[0])} is, which "
                f"{pipeline.said} reads",
                severity=Severity.WARNING,
            )


_Waits = tuple["Location", str, "list[Value[str]]"]


def _of_rules(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[_Waits]:
    for rule_ in graph.rules_that_start(pipeline):
        pattern = rule_.pattern
        if pattern is None or pattern.admits("aws.codecommit", "source") is not True:
            continue
        branches = pattern.allowed("detail", "referenceName")
        if branches and branches.complete:
            yield pattern.location.at("detail", "referenceName"), rule_.said, list(branches)


def _of_webhooks(pipeline: Pipeline, graph: PipelineGraph) -> Iterator[_Waits]:
    for webhook in graph.webhooks_of(pipeline):
        for each in webhook.filters:
            branch = _branch(each.match_equals)
            # {Branch} is CodePipeline's own placeholder for the configuration of the source.
            if known(each.json_path) == "$.ref" and branch is not None and "{" not in text_of(branch):
                yield each.location.at("MatchEquals"), webhook.said, [branch]


def _branch(reference: Value[str] | None) -> Value[str] | None:
    if not isinstance(reference, Known) or not reference.value.startswith(_REFERENCE):
        return None
    parts = reference.text.parts
    if not isinstance(parts[0], str) or not parts[0].startswith(_REFERENCE):
        return Known(reference.value.removeprefix(_REFERENCE), reference.text)
    return Known(
        reference.value.removeprefix(_REFERENCE), Text.of((parts[0].removeprefix(_REFERENCE), *parts[1:]))
    )
