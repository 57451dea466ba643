"""PIPE035."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.alerts import EventRule, EventTarget
from shipway.model.function import Function, FunctionPermission
from shipway.model.node import Relation
from shipway.model.value import known, text_of

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

# https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
_ENVELOPE = frozenset(
    {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
)
_READS = re.compile(
    r"""\bevent(?:\.get\(\s*|\[\s*)["']([\w.-]+)["']"""  # event['x'], event.get('x')
    r"""|\bevent\??\.(?!get\b|keys\b|items\b|values\b|pop\b|copy\b|update\b|setdefault\b)([A-Za-z_]\w*)"""
)
_INPUTS = ("Input", "InputPath", "InputTransformer")


@rule(
    id="PIPE035",
    name="field-outside-event-detail",
    family=Family.INTEGRATION,
    title="Function reads a field of an event where EventBridge does not put it",
    severity=Severity.WARNING,
    subject=Function,
    since="0.1",
    rationale="EventBridge wraps what a service says: a deployment's id stands under `detail`. A function "
    "that reads it from the top of the event finds nothing, and does not do what it is there for.",
    remediation="Read event['detail'][...], or give the target an InputTransformer that makes the field.",
    source="https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html",
    bad="""
Resources:
  Undo:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        ZipFile: |
          def handler(event, context):
              stop(event['deploymentId'])  # <-
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codedeploy]}
      Targets: [{Id: undo, Arn: !GetAtt Undo.Arn}]
""",
    good="""
Resources:
  Undo:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        ZipFile: |
          def handler(event, context):
              stop(event['detail']['deploymentId'])
  OnFailure:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: {source: [aws.codedeploy]}
      Targets: [{Id: undo, Arn: !GetAtt Undo.Arn}]
""",
)
def field_outside_event_detail(function: Function, graph: PipelineGraph) -> Findings:
    """A function that is also called by others, or reads `detail` too, may know what it does."""
    code = known(function.code) or (str(text_of(function.code)) if function.code is not None else "")
    rules = [
        each
        for target in graph.users(function, Relation.NOTIFIES, EventTarget)
        if (each := graph.enclosing(target, EventRule)) is not None
    ]
    if (
        not code
        or not rules
        or any(_is_shaped(each) for each in rules)
        or _has_other_callers(function, graph)
    ):
        return
    fields = {
        match[1] or match[2]: code.count("\n", 0, match.start())
        for match in reversed(list(_READS.finditer(code)))
    }
    strange = sorted(set(fields) - _ENVELOPE, key=lambda name: fields[name])
    if not strange or "detail" in fields:
        return
    yield Finding(
        function.at("Code", "ZipFile").inside(fields[strange[0]]),
        f"{function.said} reads {', '.join(strange)} from the top of the event; {rules[0].said} "
        "sends EventBridge's envelope, which has it under detail",
        Confidence.MEDIUM,
    )


def _is_shaped(event_rule: EventRule) -> bool:
    """Whether a target of the rule gets something else than the event, or the rule matches none."""
    return event_rule.pattern is None or any(
        event_rule.properties.has("Targets", index, key)
        for index in range(len(event_rule.targets))
        for key in _INPUTS
    )


def _has_other_callers(function: Function, graph: PipelineGraph) -> bool:
    principals = {
        known(permission.principal)
        for permission in graph.users(function, Relation.ATTACHED_TO, FunctionPermission)
    }
    return bool(graph.actions_that_use(function)) or bool(principals - {"events.amazonaws.com", None})
