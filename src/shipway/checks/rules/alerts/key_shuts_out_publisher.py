"""ALERT007."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.alerts._publishers import PRINCIPALS, admits, publishing_services
from shipway.model.alerts import Topic
from shipway.model.storage import Key
from shipway.model.value import Unresolved, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_NEEDED = ("kms:decrypt", "kms:generatedatakey")


@rule(
    id="ALERT007",
    name="key-shuts-out-publisher",
    family=Family.ALERTS,
    title="Key of a topic does not admit who publishes there",
    severity=Severity.ERROR,
    subject=Topic,
    since="0.1",
    rationale="EventBridge, CloudWatch and notification rules encrypt what they publish as themselves. When "
    "the key's policy does not name the service, every message is refused and nobody is told; the "
    "key that AWS keeps for SNS, alias/aws/sns, admits none of them and cannot be changed.",
    remediation="Allow the service kms:Decrypt and kms:GenerateDataKey* in the key's policy.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
    bad="""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      KmsMasterKeyId: !Ref Key  # <-
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
    good="""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: [kms:Decrypt, kms:GenerateDataKey*]
            Resource: "*"
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      KmsMasterKeyId: !Ref Key
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codepipeline]}
      Targets: [{Id: alerts, Arn: !Ref Alerts}]
""",
)
def key_shuts_out_publisher(topic: Topic, graph: PipelineGraph) -> Findings:
    """Only for topics that a service publishes to; a key that cannot be seen may admit it."""
    publishing = publishing_services(topic, graph)
    if topic.key is None or not publishing:
        return
    where = topic.at("KmsMasterKeyId")
    key = graph.key_of(topic)
    of_aws = text_of(topic.key).filled().literal in {"alias/aws/sns", "aws/sns"}
    if isinstance(key, Unresolved) and not of_aws:
        yield Undetermined(where, key.reason)
        return
    if not of_aws and (not isinstance(key, Key) or key.policy is None):
        return
    if isinstance(key, Key) and key.policy is not None and not key.policy.statements.complete:
        yield Undetermined(where, f"the policy of {key.said} cannot be seen")
        return
    statements = key.policy.statements if isinstance(key, Key) and key.policy is not None else ()
    said = key.said if isinstance(key, Key) else "alias/aws/sns"
    for service, publishers in publishing.items():
        if not admits(statements, service, *_NEEDED):
            yield Finding(
                where,
                f"{topic.said} is encrypted with {said}, whose policy does not allow {PRINCIPALS[service]} "
                f"kms:Decrypt and kms:GenerateDataKey*: {publishers[0].said} reaches nobody",
                about=service,
            )
