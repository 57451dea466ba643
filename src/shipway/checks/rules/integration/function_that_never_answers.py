"""PIPE036."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Finding, Severity
from shipway.checks.rule import Family, Findings, rule
from shipway.model.function import Function
from shipway.model.pipeline import Action
from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.graph import PipelineGraph

_ANSWERS = re.compile(r"put_?job_?(?:success|failure)_?result", re.IGNORECASE)


@rule(
    id="PIPE036",
    name="function-that-never-answers",
    family=Family.INTEGRATION,
    title="Function that the pipeline invokes never tells it the outcome",
    severity=Severity.ERROR,
    subject=Action,
    since="0.1",
    rationale="CodePipeline does not look at what a function returns. It waits for PutJobSuccessResult or "
    "PutJobFailureResult; without either the action stays in progress until it times out, and fails.",
    remediation="Call put_job_success_result and put_job_failure_result with "
    "event['CodePipeline.job']['id'].",
    source="https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html",
    bad="""
Resources:
  Validate:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        ZipFile: |
          def handler(event, context):
              return {"statusCode": 200}
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Validate
          Actions:
            - Name: Validate
              ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
              Configuration:
                FunctionName: !Ref Validate  # <-
""",
    good="""
Resources:
  Validate:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        ZipFile: |
          import boto3
          def handler(event, context):
              boto3.client("codepipeline").put_job_success_result(jobId=event["CodePipeline.job"]["id"])
  Release:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Stages:
        - Name: Validate
          Actions:
            - Name: Validate
              ActionTypeId: {Category: Invoke, Owner: AWS, Provider: Lambda, Version: "1"}
              Configuration:
                FunctionName: !Ref Validate
""",
)
def function_that_never_answers(action: Action, graph: PipelineGraph) -> Findings:
    """Only code that stands in the template can be read."""
    if not action.is_a("Lambda") or known(action.category) != "Invoke":
        return
    function = graph.find(action.configuration.get("FunctionName"), Function)
    if not isinstance(function, Function) or not isinstance(function.code, Known):
        return
    if not _ANSWERS.search(function.code.value):
        yield Finding(
            action.at_configuration("FunctionName"),
            f"{action.said} invokes {function.said}, whose code puts no job result",
        )
