"""IAM016."""

from __future__ import annotations

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import futile_of, holder, made_by_cdk, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.futile import Flaw


@rule(
    id="IAM016",
    name="resource-of-another-kind",
    family=Family.PERMISSIONS,
    title="Statement names a resource that its actions are never about",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="The grant matches nothing: the call is denied at run time. Log actions are about streams, "
    "so the ARN of a log group needs :* behind it; an action without resources matches only *.",
    remediation="Name the resource in the format of the action, or move the action into a statement with "
    "Resource *.",
    source="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: logs:PutLogEvents  # <-
            Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:build  # <-
          - Effect: Allow
            Action: ecr:GetAuthorizationToken  # <-
            Resource: !Sub arn:aws:ecr:${AWS::Region}:${AWS::AccountId}:repository/app  # <-
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
            Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:build:*
          - Effect: Allow
            Action: ecr:GetAuthorizationToken
            Resource: "*"
""",
)
def resource_of_another_kind(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """An action that none of the resources fits, and a resource that no action fits."""
    for granted, part in futile_of(graph, Flaw.OTHER_RESOURCES, Flaw.ONLY_STAR):
        shown = show(part.text, graph)
        what = f"{holder(granted)} is granted actions on {shown}, but they are never about such a resource"
        if part.element == "Action":
            only_star = part.flaw is Flaw.ONLY_STAR
            why = "it knows no resources" if only_star else "it is never about these resources"
            what = f"{holder(granted)} is granted {shown} in vain: {why}"
        severity = Severity.INFO if made_by_cdk(granted) else None
        yield Finding(place(granted, part.element, part.text), what, severity=severity)
