"""PIPE029."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.pipeline import Action
from shipway.model.value import Known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ARN = re.compile(
    r"arn:aws[a-z-]*:(?:codestar-connections|codeconnections):[a-z0-9-]+:\d{12}:connection/"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
)
_INVENTED = re.compile(r"12345678-1234|(\d)\1{7}-\1{4}|abcd1234|deadbeef", re.IGNORECASE)
# Accounts that AWS's own examples use.
_EXAMPLES = (":123456789012:", ":111111111111:", ":111122223333:", ":000000000000:", ":999999999999:")


@rule(
    id="PIPE029",
    name="placeholder-connection",
    family=Family.INTEGRATION,
    title="Connection of the source is a placeholder",
    severity=Severity.WARNING,
    subject=Action,
    since="0.1",
    rationale="The pipeline is created with any text that looks like an ARN, and its source fails at each "
    "execution until a connection that somebody has authorised stands there.",
    remediation="Create a connection, finish it in the console, and pass its ARN as a parameter "
    "without default.",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/connections-github.html",
    bad="""
Parameters:
  Connection: {Type: String, Default: "arn:aws:codeconnections:us-east-1:123456789012:connection/example"}
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration:
                ConnectionArn: !Ref Connection  # <-
""",
    good="""
Parameters:
  Connection: {Type: String}
Resources:
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeStarSourceConnection, Version: "1"}
              Configuration:
                ConnectionArn: !Ref Connection
""",
)
def placeholder_connection(action: Action, _graph: PipelineGraph) -> Findings:
    """An ARN that no connection can have, or that an example has."""
    value = action.configuration.get("ConnectionArn")
    if not action.is_a("CodeStarSourceConnection") or not isinstance(value, Known) or "#{" in value.value:
        return
    where = action.at_configuration("ConnectionArn")
    if _ARN.match(value.value) is None:
        # An ARN that is put together, such as with ${AWS::Region}, would not be a known value.
        yield Finding(where, f"{action.said} has {value.value!r}, which is no connection's ARN")
    elif _INVENTED.search(value.value) or any(each in value.value for each in _EXAMPLES):
        yield Finding(where, f"{action.said} has {value.value}, an ARN of an example", Confidence.MEDIUM)
