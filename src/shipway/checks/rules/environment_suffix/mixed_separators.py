"""ENV006."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.environment_suffix._marks import is_environment, named_resources
from shipway.model.declarations import Stack
from shipway.model.text import Token
from shipway.model.value import text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph
    from shipway.model.text import Text

_SEPARATORS = "-_"
# These take no hyphen in some places, or are paths.
_FREE = frozenset({"AWS::SSM::Parameter", "AWS::SecretsManager::Secret", "AWS::KMS::Alias"})
_ENOUGH = 3


@rule(
    id="ENV006",
    name="mixed-separators",
    family=Family.ENVIRONMENT_SUFFIX,
    title="Suffix is joined otherwise than in other names",
    severity=Severity.INFO,
    subject=Stack,
    since="0.1",
    rationale="`hello-web-dev` beside `hello_web_dev`: filters, policies and scripts that match `*-dev` miss "
    "one of them.",
    remediation="Join names the same way everywhere; the hyphen is the one that every service takes.",
    source="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    bad="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-a-${Environment}"}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-b-${Environment}"}}
  C: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-c-${Environment}"}}
  D: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello_d_${Environment}"}}  # <-
""",
    good="""
Parameters:
  Environment: {Type: String, Default: dev}
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-a-${Environment}"}}
  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-b-${Environment}"}}
  C: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-c-${Environment}"}}
  D: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub "hello-d-${Environment}"}}
""",
)
def mixed_separators(stack: Stack, graph: PipelineGraph) -> Findings:
    """A path's slash and a dot are ways of their own; only hyphen, underscore and nothing are compared."""
    joined = {
        each: separator
        for each in named_resources(stack, graph)
        if each.cfn_type not in _FREE and (separator := _separator(text_of(each.name))) is not None
    }
    if not joined:
        return
    usual, times = Counter(joined.values()).most_common(1)[0]
    if times < _ENOUGH:
        return
    for each, separator in joined.items():
        if separator != usual:
            yield Finding(
                each.at(each.name_property),
                f"name {text_of(each.name)} of {each.said} joins the environment with "
                f"{repr(separator) if separator else 'nothing'}, {times} other names with {usual!r}",
            )


def _separator(text: Text) -> str | None:
    """What stands between the environment and the rest."""
    for index, part in enumerate(text.parts):
        if not isinstance(part, Token) or not is_environment(part.name) or len(text.parts) == 1:
            continue
        before = text.parts[index - 1][-1:] if index and isinstance(text.parts[index - 1], str) else None
        after = text.parts[index + 1][:1] if index + 1 < len(text.parts) else None
        for beside in (before, after):
            if isinstance(beside, str) and beside:
                return beside if beside in _SEPARATORS else "" if beside.isalnum() else None
    return None
