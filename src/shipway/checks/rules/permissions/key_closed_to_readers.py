"""IAM020."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.storage import Bucket, BucketPolicy, Key
from shipway.model.value import known, text_of
from shipway.permissions.access import access_of
from shipway.permissions.symbols import is_opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.identity import Statement
    from shipway.permissions.names import Names

_READING = frozenset({"s3:GetObject", "s3:GetObject*", "s3:Get*", "s3:*", "*"})
_ACCOUNT = re.compile(r"\b\d{12}\b")


@rule(
    id="IAM020",
    name="key-closed-to-readers",
    family=Family.PERMISSIONS,
    title="Bucket lets another account read, its key does not",
    severity=Severity.ERROR,
    subject=BucketPolicy,
    since="0.1",
    rationale="Objects are decrypted with the key in the name of the reader. An account that the key's "
    "policy does not name is denied, whatever the bucket's policy says.",
    remediation="Allow the accounts kms:Decrypt (and kms:DescribeKey) in the policy of the key as well.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html",
    bad="""
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:  # <-
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
  Artifacts:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
  Readers:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Artifacts
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {AWS: arn:aws:iam::222222222222:root}
            Action: s3:GetObject
            Resource: !Sub ${Artifacts.Arn}/*
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
            Principal: {AWS: arn:aws:iam::222222222222:root}
            Action: kms:Decrypt
            Resource: "*"
  Artifacts:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
  Readers:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Artifacts
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {AWS: arn:aws:iam::222222222222:root}
            Action: s3:GetObject
            Resource: !Sub ${Artifacts.Arn}/*
""",
)
def key_closed_to_readers(policy: BucketPolicy, graph: PipelineGraph) -> Findings:
    """Only accounts that are written out, or are a parameter with a default."""
    bucket = graph.find(policy.bucket, Bucket)
    key = graph.key_of(bucket) if isinstance(bucket, Bucket) else None
    if not isinstance(bucket, Bucket) or not isinstance(key, Key):
        return
    names = access_of(graph).names
    for account in dict.fromkeys(_readers(policy, names)):
        if not _may_admit(key, account, names):
            yield Finding(
                key.at("KeyPolicy"),
                f"{policy.said} lets account {account} read {bucket.said}, "
                f"and {key.said} does not let it decrypt",
                about=account,
            )


def _readers(policy: BucketPolicy, names: Names) -> Iterator[str]:
    """The accounts of those that the bucket lets read."""
    for statement in policy.document.statements:
        reads = any(str(text_of(each)) in _READING for each in statement.actions)
        for who in statement.principals.get("AWS", ()) if reads and statement.allows else ():
            found = _ACCOUNT.search(names.of(who))
            if found:
                yield found.group()


def _may_admit(key: Key, account: str, names: Names) -> bool:
    """Whether a statement of the key's policy may be about the account.

    The key's own account, which a template does not know, is taken for another one.
    """
    if key.policy is None or not key.policy.statements.complete:
        return key.policy is not None
    for statement in key.policy.statements:
        for who in statement.principals.get("AWS", ()) if not _denies(statement) else ():
            written = names.of(who).replace(names.account, "")
            if written == "*" or account in written or is_opaque(written):
                return True
    return False


def _denies(statement: Statement) -> bool:
    return known(statement.effect) == "Deny"
