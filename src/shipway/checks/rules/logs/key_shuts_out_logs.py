"""LOG009."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup
from shipway.model.storage import Key
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Statement

_ASKED = "kms:generatedatakey"


@rule(
    id="LOG009",
    name="key-shuts-out-logs",
    family=Family.LOGS,
    title="Key of a log group does not admit CloudWatch Logs",
    severity=Severity.ERROR,
    subject=LogGroup,
    since="0.1",
    rationale="CloudWatch Logs encrypts as itself and not as anybody's role. When the key's policy "
    "does not name the service, the log group cannot be created.",
    remediation="Allow logs.REGION.amazonaws.com kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, "
    "kms:GenerateDataKey* and kms:Describe* in the key's policy.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
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
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
      KmsKeyId: !GetAtt Key.Arn  # <-
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
            Principal: {Service: !Sub "logs.${AWS::Region}.amazonaws.com"}
            Action: [kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey*, kms:Describe*]
            Resource: "*"
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
      KmsKeyId: !GetAtt Key.Arn
""",
)
def key_shuts_out_logs(group: LogGroup, graph: PipelineGraph) -> Findings:
    """A statement of which a part cannot be seen may be the one."""
    key = graph.key_of(group)
    if not isinstance(key, Key):
        return
    where = group.at("KmsKeyId")
    if key.policy is None:
        yield Finding(
            where, f"{group.said} is encrypted with {key.said}, whose default policy names the account only"
        )
        return
    if not key.policy.statements.complete:
        yield Undetermined(where, f"the policy of {key.said} cannot be seen")
        return
    admitted = [each for each in key.policy.statements if each.allows and _names_logs(each)]
    if not admitted:
        yield Finding(
            where, f"{group.said} is encrypted with {key.said}, whose policy does not name logs.amazonaws.com"
        )
    elif not any(_may(each) for each in admitted):
        yield Finding(
            where,
            f"{group.said} is encrypted with {key.said}, whose policy does not allow logs.amazonaws.com "
            "kms:GenerateDataKey*",
        )


def _names_logs(statement: Statement) -> bool:
    for kind, values in statement.principals.items():
        for value in values:
            text = text_of(value)
            if text.literal == "*" or (
                kind == "Service"
                and (not text.parts or str(text.parts[0]).startswith("logs.") or not text.literals)
            ):
                return True
        if kind == "Service" and not values.complete:
            return True
    return False


def _may(statement: Statement) -> bool:
    if statement.not_actions or not statement.actions.complete:
        return True
    for action in statement.actions:
        name = known(action)
        if name is None or fnmatchcase(_ASKED, name.lower()):
            return True
    return False
