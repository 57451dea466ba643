"""Lambda functions and Step Functions state machines, as far as pipelines start them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.model.node import Names, Relation
from shipway.model.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.model.value import Value


class Function(Resource):
    """AWS::Lambda::Function."""

    type_name: ClassVar[str] = "AWS::Lambda::Function"
    label: ClassVar[str] = "function"
    names: ClassVar[tuple[Names, ...]] = (
        Names("role", Relation.RUNS_AS, ("Role",), ("Role",)),
        Names("log_group", Relation.LOGS_TO, ("LogGroup",), ("LoggingConfig", "LogGroup")),
    )

    role: Value[str] | None
    code: Value[str] | None
    """Code.ZipFile; None when the code stands elsewhere."""
    runtime: Value[str] | None
    handler: Value[str] | None
    variables: Mapping[str, Value[str]]
    log_group: Value[str] | None
    """LoggingConfig.LogGroup; where it is absent, Lambda writes to /aws/lambda/ and its name."""


class FunctionPermission(Resource):
    """AWS::Lambda::Permission."""

    type_name: ClassVar[str] = "AWS::Lambda::Permission"
    label: ClassVar[str] = "function permission"
    names: ClassVar[tuple[Names, ...]] = (
        Names("function", Relation.ATTACHED_TO, ("Function",), ("FunctionName",)),
    )

    function: Value[str] | None
    principal: Value[str] | None
    source_arn: Value[str] | None


class StateMachine(Resource):
    """AWS::StepFunctions::StateMachine."""

    type_name: ClassVar[str] = "AWS::StepFunctions::StateMachine"
    label: ClassVar[str] = "state machine"
    names: ClassVar[tuple[Names, ...]] = (Names("role", Relation.RUNS_AS, ("Role",), ("RoleArn",)),)

    role: Value[str] | None
    definition: Value[str] | None
