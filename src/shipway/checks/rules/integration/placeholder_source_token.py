"""PIPE031."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Webhook
from shipway.model.secrets import Secret
from shipway.model.text import TokenKind
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.value import Value

_PLACEHOLDER = re.compile(
    r"replace|change.?me|placeholder|your[-_ ]|todo|dummy|example|xxx|<[a-z_ -]+>|update.?me|fill.?in|insert",
    re.IGNORECASE,
)


@rule(
    id="PIPE031",
    name="placeholder-source-token",
    family=Family.INTEGRATION,
    title="Webhook registers with a token that is a placeholder",
    severity=Severity.ERROR,
    subject=Webhook,
    since="0.1",
    rationale="RegisterWithThirdParty calls GitHub while the stack is created, with the token of the source "
    "action. With a placeholder in its place GitHub refuses, and the stack is rolled back.",
    remediation="Create the secret with the real token before the stack, or use a connection, which "
    "needs none.",
    source="https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_RegisterWebhookWithThirdParty.html",
    bad="""
Resources:
  Token:
    Type: AWS::SecretsManager::Secret
    Properties:
      SecretString: '{"token": "REPLACE_ME"}'
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: !Sub "{{resolve:secretsmanager:${Token}:SecretString:token}}"  # <-
      RegisterWithThirdParty: true
""",
    good="""
Resources:
  Push:
    Type: AWS::CodePipeline::Webhook
    Properties:
      AuthenticationConfiguration:
        SecretToken: "{{resolve:secretsmanager:github:SecretString:token}}"
      RegisterWithThirdParty: true
""",
)
def placeholder_source_token(webhook: Webhook, graph: PipelineGraph) -> Findings:
    """The token stands in the template, or in a secret that the same stack creates."""
    if known(webhook.registers) is not True:
        return
    text = str(text_of(webhook.secret))
    values: list[Value[str] | None] = [webhook.secret, *_secrets(webhook, graph)]
    for value in values:
        if isinstance(value, Known) and _PLACEHOLDER.search(value.value) and "{{resolve" not in value.value:
            yield Finding(
                webhook.at("AuthenticationConfiguration", "SecretToken"),
                f"{webhook.said} registers with GitHub while the stack is created, and {text} is a "
                "placeholder",
                Confidence.MEDIUM if value.assumes else Confidence.HIGH,
            )
            return


def _secrets(webhook: Webhook, graph: PipelineGraph) -> list[Value[str] | None]:
    """What the secrets hold that the token is taken from, when this stack creates them."""
    named = {token.name for token in text_of(webhook.secret).tokens if token.kind is TokenKind.RESOURCE}
    said = str(text_of(webhook.secret))
    return [
        secret.value
        for secret in graph.all(Secret)
        if secret.logical_id in named or f"${{{secret.logical_id}}}" in said
    ]
