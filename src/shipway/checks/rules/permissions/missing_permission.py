"""IAM006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.permissions._grants import listed
from shipway.model.graph import PipelineGraph
from shipway.model.pipeline import Action
from shipway.model.resource import Resource
from shipway.permissions.decision import Verdict
from shipway.permissions.mend import mend
from shipway.permissions.needs import needs_of
from shipway.permissions.needs_table import Impact
from shipway.permissions.policy import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shipway.model.node import Node
    from shipway.permissions.access import Access
    from shipway.permissions.needs import Need


@rule(
    id="IAM006",
    name="missing-permission",
    family=Family.PERMISSIONS,
    title="Role may not make a call that the pipeline will make",
    severity=Severity.ERROR,
    subject=PipelineGraph,
    since="0.1",
    rationale="The call is denied at run time: the stack deploys, and the build, the deployment or the "
    "task fails minutes later. Most often missing is iam:PassRole.",
    remediation="Grant the call; `shipway permissions` lists what each role needs.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html",
    bad="""
Resources:
  Start:  # <-
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: codepipeline:StartPipelineExecution
                Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:pipeline/release
  Push:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
          RoleArn: !GetAtt Start.Arn
""",
    good="""
Resources:
  Start:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: codepipeline:StartPipelineExecution
                Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
  Push:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codecommit]}
      Targets:
        - Id: release
          Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:release
          RoleArn: !GetAtt Start.Arn
""",
)
def missing_permission(_graph: PipelineGraph, graph: PipelineGraph) -> Findings:
    """One finding per line of the needs table, role and cause; trust has a rule of its own."""
    needs = needs_of(graph)
    groups: dict[tuple[object, ...], list[Need]] = {}
    for need in needs.all:
        if not need.service and need.reported and need.verdict is not Verdict.ALLOW:
            key = (need.role, need.entry.id, need.cause, need.verdict, need.decision.attachment)
            groups.setdefault(key, []).append(need)
    for group in groups.values():
        if group[0].verdict is Verdict.DENY:
            yield _missing(group, needs.access)
        elif group[0].entry.impact is Impact.FAILS:
            first = group[0]
            reason = needs.access.names.show(first.decision.reason).replace("\n", "\\n")
            yield Undetermined(
                first.role.location, f"{_calls(group)} of {first.role.said} {reason}", _about(group)
            )


def _missing(group: list[Need], access: Access) -> Finding:
    first = group[0]
    show = access.names.show
    where = listed(show(need.resource) for need in group)
    near = first.decision.nearest
    nearest = f"; nearest is {show(near.sentence)}" if near else f"; no {_kind(first)} comes near it"
    verb = "needs" if first.entry.impact is Impact.FAILS else "calls"
    message = (
        f"{first.role.said} may not call {_calls(group)} on {where}, which {_said(first.cause)} {verb} "
        f"({first.entry.why}){nearest}"
    )
    guard = _guard(first, access)
    principal = show(access.names.arn(first.role)) if guard is not None else ""
    statement = mend(group, access.names, principal)
    subject = guard or first.role
    return Finding(
        subject.location,
        message.replace("\n", "\\n"),
        _confidence(first, access),
        f"Add to {subject.said} {statement.as_json}; in CDK: {statement.as_cdk}",
        _severity(first),
        _about(group),
    )


def _guard(need: Need, access: Access) -> Resource | None:
    """The resource whose own policy keeps the role out; None when it is the role's that lacks the grant."""
    if need.decision.attachment not in {Attachment.RESOURCE, Attachment.TRUST}:
        return None
    found = (each for each in access.graph.resources if access.names.arn(each) == need.resource)
    return next(found, None)


def _severity(need: Need) -> Severity:
    match need.entry.impact:
        case Impact.FAILS:
            return Severity.ERROR if need.entry.sure else Severity.WARNING
        case Impact.DEGRADES:
            return Severity.WARNING
    return Severity.INFO


def _confidence(need: Need, access: Access) -> Confidence:
    """Another template may open a resource by its own policy; another file may name another role."""
    if need.action == "iam:PassRole" and need.elsewhere(access.names.some_role).verdict is not Verdict.DENY:
        return Confidence.MEDIUM
    return Confidence.MEDIUM if access.may_be_guarded(need.resource) else Confidence.HIGH


def _kind(need: Need) -> str:
    return need.decision.attachment.value if need.decision.attachment else "policy"


def _calls(group: Iterable[Need]) -> str:
    return listed(need.action for need in group)


def _about(group: list[Need]) -> str:
    return f"{group[0].entry.id} {group[0].cause.location.property_path} {group[0].cause.logical_id}"


def _said(cause: Node) -> str:
    return cause.said if isinstance(cause, (Resource, Action)) else f"{cause.label} {cause.logical_id}"
