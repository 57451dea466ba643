"""LOG013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.logs import LogGroup
from shipway.model.storage import Key, KeyAlias
from shipway.model.text import TokenKind
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph


@rule(
    id="LOG013",
    name="log-group-key-without-arn",
    family=Family.LOGS,
    title="Log group names its key by something else than an ARN",
    severity=Severity.ERROR,
    subject=LogGroup,
    since="0.1",
    rationale="KmsKeyId of a log group takes the ARN of a key. !Ref of a key is its id, and the log "
    "group cannot be created with it, nor with an alias.",
    remediation="Name the key with !GetAtt Key.Arn.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource- "
    "logs-loggroup.html",
    bad="""
Resources:
  Key: {Type: AWS::KMS::Key}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
      KmsKeyId: !Ref Key  # <-
""",
    good="""
Resources:
  Key: {Type: AWS::KMS::Key}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 30
      KmsKeyId: !GetAtt Key.Arn
""",
)
def log_group_key_without_arn(group: LogGroup, graph: PipelineGraph) -> Findings:
    """A parameter may hold an ARN."""
    text = text_of(group.key)
    token = text.sole
    named = (
        next(
            (each for each in graph.resources if (each.stack, each.logical_id) == (token.stack, token.name)),
            None,
        )
        if token is not None and token.kind is TokenKind.RESOURCE and not token.attribute
        else None
    )
    if isinstance(named, (Key, KeyAlias)) or str(text).startswith("alias/"):
        yield Finding(
            group.at("KmsKeyId"),
            f"{group.said} names its key by {'the id of ' + named.said if named else text}, not by its ARN",
        )
