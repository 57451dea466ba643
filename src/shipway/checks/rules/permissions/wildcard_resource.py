"""IAM002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import grants_in, holder, listed, named, place, show
from shipway.model.graph import PipelineGraph
from shipway.permissions.breadth import Width, wide_resources
from shipway.permissions.catalogue import expand

if TYPE_CHECKING:
    from shipway.permissions.access import Granted
    from shipway.permissions.breadth import WideResource

_HANDS_OVER = "iam:PassRole"


@rule(
    id="IAM002",
    name="wildcard-resource",
    family=Family.PERMISSIONS,
    title="Statement grants actions on everything although they can be limited",
    severity=Severity.WARNING,
    subject=PipelineGraph,
    since="0.1",
    rationale="Whoever gets into the build or the task reaches every repository, bucket or service of "
    "the account, those of other teams and of production included.",
    remediation="Name the resources. Actions that know no resources, such as ecr:GetAuthorizationToken, "
    "belong into a statement of their own.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    bad="""
Resources:
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: [ecr:GetAuthorizationToken, ecr:PutImage]
            Resource: "*"  # <-
""",
    good="""
Resources:
  Images:
    Type: AWS::ECR::Repository
  Build:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: ecr:GetAuthorizationToken
            Resource: "*"
          - Effect: Allow
            Action: ecr:PutImage
            Resource: !GetAtt Images.Arn
""",
)
def wildcard_resource(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """PassRole has a rule of its own."""
    for granted in grants_in(graph):
        for wide in wide_resources(granted.statement):
            yield from _finding(granted, wide, graph)


def _contains(text: str, names: set[str]) -> bool:
    return any(action.name in names for action in expand(text) or ())


def _finding(granted: Granted, wide: WideResource, graph: PipelineGraph) -> Findings:
    limitable = {action.name for action in wide.limitable} - {_HANDS_OVER}
    if wide.limitable and not limitable:
        return
    written = granted.statement.action.texts if granted.statement.action else ()
    what = listed(text for text in written if _contains(text, limitable)) if limitable else "actions"
    remedy = ""
    if limitable and wide.unlimitable:
        remedy = f"Name the resources, and leave * to {named(wide.unlimitable)} in a statement of its own."
    yield Finding(
        place(granted, "Resource", wide.text),
        f"{holder(granted)} may call {what} on {show(wide.text, graph)}: {wide.width.value}",
        remedy=remedy,
        severity=Severity.INFO if wide.width is Width.TYPE else None,
    )
