"""What one stack says of another's resources without a reference between the two.

A reference would make CloudFormation export and import a value: the stacks could no longer be deployed or
deleted in any order, and across accounts there is no export at all. Our resources have names, so a name can
stand in for every reference to them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_cdk import Aws, Stack, Token
from aws_cdk import aws_iam as iam

from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PSEUDO = {
    "AWS::AccountId": Aws.ACCOUNT_ID,
    "AWS::Partition": Aws.PARTITION,
    "AWS::Region": Aws.REGION,
    "AWS::URLSuffix": Aws.URL_SUFFIX,
}


class LiteralNames:
    """Turns a stack's references into the names that they stand for.

    Args:
        stack: The stack whose references these are.
        names: The name that stands for a reference, for each that may be met.
    """

    def __init__(self, stack: Stack, names: Mapping[str, str]) -> None:
        self._stack = stack
        self._names = {_key(stack.resolve(token)): name for token, name in names.items()}
        self._pseudo = dict(_PSEUDO)
        if not Token.is_unresolved(stack.account):
            self._pseudo["AWS::AccountId"] = stack.account
        if not Token.is_unresolved(stack.region):
            self._pseudo["AWS::Region"] = stack.region

    def text(self, value: str) -> str:
        """A text without references.

        Raises:
            InputError: It refers to what only its own stack can name.
        """
        return str(self.value(self._stack.resolve(value)))

    def statement(self, statement: iam.PolicyStatement) -> iam.PolicyStatement:
        """A policy statement without references.

        Raises:
            InputError: As for ``text``.
        """
        return iam.PolicyStatement.from_json(self.value(self._stack.resolve(statement.to_statement_json())))

    def value(self, resolved: Any) -> Any:
        """A resolved value without references.

        Raises:
            InputError: As for ``text``.
        """
        match resolved:
            case {"Ref": str(name)} if name in self._pseudo:
                return self._pseudo[name]
            case {"Fn::Join": [separator, parts]}:
                return separator.join(str(self.value(part)) for part in parts)
            case dict() if _key(resolved) in self._names:
                return self._names[_key(resolved)]
            case dict() if _is_function(resolved):
                raise InputError(
                    "an environment's task definition may refer only to what has a name of its own",
                    where=self._stack.stack_name,
                    value=_key(resolved),
                    remedy="Give the container a plain value, or a parameter or secret by its name",
                )
            case dict():
                return {name: self.value(item) for name, item in resolved.items()}
            case list():
                return [self.value(item) for item in resolved]
            case _:
                return resolved


def _is_function(value: dict[str, Any]) -> bool:
    return len(value) == 1 and (next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::"))


def _key(resolved: Any) -> str:
    return json.dumps(resolved, sort_keys=True)
