"""IAM013."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, holder, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.futile import Flaw


@rule(
    id="IAM013",
    name="blank-in-arn",
    family=Family.PERMISSIONS,
    title="ARN in a policy has a blank or line break in it",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="It matches nothing, or IAM refuses the policy as malformed. In YAML, !Sub > and !Sub | "
    "fold or keep the line break behind the ARN.",
    remediation="Write the ARN on one line behind !Sub, without > or |.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: logs:PutLogEvents
            Resource: !Sub >  # <-
              arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/*
""",
    good="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: logs:PutLogEvents
            Resource: !Sub >-
              arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/codebuild/*
""",
)
def blank_in_arn(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """The key of an object in S3 may have blanks, and is left alone by `futile_parts`."""
    for granted, part in futile_of(graph, Flaw.BLANK):
        yield Finding(
            place(granted, "Resource", part.text),
            f'{holder(granted)} is granted actions on "{show(part.text, graph)}": {part.flaw.value}',
        )
