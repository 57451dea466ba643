"""PIPE003."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.integration._triggers import targets_a_pipeline
from shipway.model.alerts import EventRule
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.alerts import EventPattern
    from shipway.model.graph import PipelineGraph


class _Event(NamedTuple):
    """What the events of a source look like; only what is written in full in AWS's guide."""

    detail_types: frozenset[str]
    values: dict[tuple[str, ...], frozenset[str]]


# https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html,
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html,
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
_EVENTS = {
    "aws.codecommit": _Event(
        frozenset(
            {
                "CodeCommit Repository State Change",
                "CodeCommit Pull Request State Change",
                "CodeCommit Comment on Commit",
                "CodeCommit Comment on Pull Request",
                "CodeCommit Approval Rule Template Change",
                "AWS API Call via CloudTrail",
            }
        ),
        {
            ("detail", "referenceType"): frozenset({"branch", "tag"}),
            ("detail", "event"): frozenset(
                {
                    "referenceCreated",
                    "referenceUpdated",
                    "referenceDeleted",
                    "pullRequestCreated",
                    "pullRequestSourceBranchUpdated",
                    "pullRequestStatusChanged",
                    "pullRequestMergeStatusUpdated",
                    "pullRequestApprovalStateChanged",
                    "pullRequestApprovalRuleOverridden",
                    "commentOnCommitCreated",
                    "commentOnPullRequestCreated",
                }
            ),
        },
    ),
    "aws.s3": _Event(
        frozenset(
            {
                "Object Created",
                "Object Deleted",
                "Object Restore Initiated",
                "Object Restore Completed",
                "Object Restore Expired",
                "Object Tags Added",
                "Object Tags Deleted",
                "Object ACL Updated",
                "Object Storage Class Changed",
                "Object Access Tier Changed",
                "AWS API Call via CloudTrail",
            }
        ),
        {},
    ),
    "aws.ecr": _Event(
        frozenset(
            {
                "ECR Image Action",
                "ECR Image Scan",
                "ECR Scan Resource Change",
                "ECR Pull Through Cache Action",
                "ECR Replication Action",
                "ECR Referrer Action",
                "AWS API Call via CloudTrail",
            }
        ),
        {
            ("detail", "action-type"): frozenset({"PUSH", "DELETE"}),
            ("detail", "result"): frozenset({"SUCCESS", "FAILURE"}),
        },
    ),
}


@rule(
    id="PIPE003",
    name="trigger-that-matches-nothing",
    family=Family.INTEGRATION,
    title="Rule that starts the pipeline matches no event that AWS sends",
    severity=Severity.ERROR,
    subject=EventRule,
    since="0.1",
    rationale="EventBridge compares character by character. A detail-type or a value that is spelt "
    "otherwise deploys without complaint and never matches, so no push starts the pipeline.",
    remediation="Take the spelling from the event's reference, for a branch of CodeCommit: detail-type "
    "`CodeCommit Repository State Change`, event referenceCreated and referenceUpdated.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html",
    bad="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail-type: [CodeCommit Repository Change]  # <-
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
    good="""
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties: {Name: release}
  OnPush:
    Type: AWS::Events::Rule
    Properties:
      EventPattern:
        source: [aws.codecommit]
        detail-type: [CodeCommit Repository State Change]
      Targets:
        - Id: release
          Arn: !Sub "arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Release}"
          RoleArn: arn:aws:iam::111111111111:role/start
""",
)
def trigger_that_matches_nothing(event_rule: EventRule, graph: PipelineGraph) -> Findings:
    """Only patterns of one source, whose every value can be seen."""
    pattern = event_rule.pattern
    if pattern is None or not any(targets_a_pipeline(each, graph) for each in event_rule.targets):
        return
    sources = pattern.allowed("source")
    event = _EVENTS.get(known(sources[0]) or "") if sources and len(sources) == 1 else None
    if event is None:
        return
    for path, valid in ((("detail-type",), event.detail_types), *event.values.items()):
        wrong = _only_wrong(pattern, path, valid)
        if wrong:
            yield Finding(
                pattern.location.at(*path),
                f"{event_rule.said} starts a pipeline on {'.'.join(path)} {', '.join(wrong)}, "
                "which no event of the source has",
            )


def _only_wrong(pattern: EventPattern, path: tuple[str, ...], valid: frozenset[str]) -> list[str]:
    allowed = pattern.allowed(*path)
    if not allowed or not allowed.complete or not all(isinstance(each, Known) for each in allowed):
        return []
    values = [known(each) or "" for each in allowed]
    return [] if valid.intersection(values) else values
