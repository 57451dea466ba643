"""IAM025."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import TopicPolicy
from shipway.model.identity import Statement
from shipway.model.resource import Resource
from shipway.model.storage import BucketPolicy, ImageRepository, Key
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_OF_RESOURCES = (TopicPolicy, BucketPolicy, ImageRepository, Key)


@rule(
    id="IAM025",
    name="open-resource-policy",
    family=Family.PERMISSIONS,
    title="Policy of a resource lets anybody in",
    severity=Severity.WARNING,
    subject=Statement,
    since="0.1",
    rationale="Principal * without a condition is every account of AWS: images, artifacts and alerts are "
    "open to the world.",
    remediation="Name the accounts, or the service with aws:SourceArn.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    bad="""
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Publishers:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: "*"  # <-
            Action: sns:Publish
            Resource: !Ref Topic
""",
    good="""
Resources:
  Topic:
    Type: AWS::SNS::Topic
  Publishers:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Topic
""",
)
def open_resource_policy(statement: Statement, graph: PipelineGraph) -> Findings:
    """Trust policies have a rule of their own."""
    owner = graph.parent(statement)
    if not isinstance(owner, _OF_RESOURCES) or not isinstance(owner, Resource):
        return
    everybody = any(known(each) == "*" for each in statement.principals.get("AWS", ()))
    if statement.allows and everybody and not statement.conditions:
        actions = ", ".join(str(text_of(each)) for each in statement.actions)
        yield Finding(statement.at("Principal"), f"{owner.said} lets anybody in the world call {actions}")
