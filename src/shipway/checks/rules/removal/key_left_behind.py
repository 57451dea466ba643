"""KEEP006."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.removal._leaving import is_kept, stays
from shipway.model.node import Relation
from shipway.model.pipeline import Pipeline
from shipway.model.resource import Resource
from shipway.model.storage import Key, KeyAlias
from shipway.model.text import TokenKind
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="KEEP006",
    name="key-left-behind",
    family=Family.REMOVAL,
    title="Key stays when the stack goes, and nothing that it encrypts does",
    severity=Severity.WARNING,
    subject=Key,
    since="0.1",
    rationale="Every deleted stack leaves a key that nobody uses, that costs a dollar each month, "
    "and whose purpose nobody remembers.",
    remediation="Say DeletionPolicy: Delete for the key (removal_policy=RemovalPolicy.DESTROY in "
    "CDK); it still waits for at least 7 days.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    bad="""
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain  # <-
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Key}
""",
    good="""
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Delete
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Key}
""",
)
def key_left_behind(key: Key, graph: PipelineGraph) -> Findings:
    """A key that another stack imports, or that nothing here uses, may encrypt what stays."""
    if known(key.deletion_policy) is None or not stays(key):
        return
    names = (key, *(alias for alias in graph.all(KeyAlias) if graph.find(alias.target, Key) is key))
    users = [edge.source for name in names for edge in graph.edges_to(name, Relation.ENCRYPTED_WITH)]
    own = [graph.enclosing(each, Pipeline) or each for each in users]
    exported = any(
        token.kind is TokenKind.RESOURCE and token.name == key.logical_id and token.stack == key.stack
        for stack in graph.stacks
        for output in stack.outputs
        if output.export is not None
        for token in text_of(output.value).tokens
    )
    if own and not exported and not any(isinstance(each, Resource) and is_kept(each) for each in own):
        yield Finding(
            key.attribute("DeletionPolicy"),
            f"{key.said} stays when the stack is deleted, and nothing that it encrypts does",
        )
