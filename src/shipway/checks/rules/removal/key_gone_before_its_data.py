"""KEEP005."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_kept, stays
from shipway.model.node import Relation
from shipway.model.resource import Resource
from shipway.model.storage import Key, KeyAlias

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP005",
    name="key-gone-before-its-data",
    family=Family.REMOVAL,
    title="Data stays when the stack goes, and the key that opens it does not",
    severity=Severity.WARNING,
    subject=Key,
    since="0.1",
    rationale="A key without DeletionPolicy is scheduled for deletion with its stack. Once it is "
    "gone, nobody can read what it encrypted.",
    remediation="Give the key the DeletionPolicy of what it encrypts: Retain.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    bad="""
Resources:
  Key:  # <-
    Type: AWS::KMS::Key
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
""",
    good="""
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
  Artifacts:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn}
""",
)
def key_gone_before_its_data(key: Key, graph: PipelineGraph) -> Findings:
    """A key has users by its aliases too."""
    if is_kept(key):
        return
    names = (key, *(alias for alias in graph.all(KeyAlias) if graph.find(alias.target, Key) is key))
    users = (edge.source for name in names for edge in graph.edges_to(name, Relation.ENCRYPTED_WITH))
    kept = [each for each in users if isinstance(each, Resource) and stays(each)]
    if kept:
        yield Finding(
            key.attribute("DeletionPolicy"),
            f"{key.said} is deleted with the stack, and {kept[0].said}, which it encrypts, stays",
        )
