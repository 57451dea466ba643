"""The statement that would grant what is missing, ready to paste: as JSON and as CDK Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shipway.permissions.names import Names
    from shipway.permissions.needs import Need


class Mend(NamedTuple):
    """An Allow statement. Resources are written as ``Fn::Sub`` takes them."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, str] = {}
    principal: str = ""
    """Only for the policy of a resource."""

    @property
    def statement(self) -> dict[str, Any]:
        """The statement as plain data, values that the template must fill in as ``Fn::Sub``."""
        found: dict[str, Any] = {"Effect": "Allow"}
        if self.principal:
            found["Principal"] = {"AWS": _substituted(self.principal)}
        found["Action"] = list(self.actions)
        found["Resource"] = [_substituted(each) for each in self.resources]
        if self.condition:
            found["Condition"] = {"StringEquals": {k: _substituted(v) for k, v in self.condition.items()}}
        return found

    @property
    def as_json(self) -> str:
        """For a policy in a template, on one line."""
        return json.dumps(self.statement)

    @property
    def as_cdk(self) -> str:
        """For a CDK app in Python, on one line."""
        resources = ", ".join(_cdk(each) for each in self.resources)
        parts = [f"actions={json.dumps(list(self.actions))}", f"resources=[{resources}]"]
        if self.principal:
            parts.insert(0, f"principals=[iam.ArnPrincipal({_cdk(self.principal)})]")
        if self.condition:
            values = ", ".join(f'"{key}": {_cdk(value)}' for key, value in self.condition.items())
            parts.append(f'conditions={{"StringEquals": {{{values}}}}}')
        method = "add_to_resource_policy" if self.principal else "add_to_principal_policy"
        return f"{method}(iam.PolicyStatement({', '.join(parts)}))"


def mend(needs: Iterable[Need], names: Names, principal: str = "") -> Mend:
    """The statement for some needs of one entry."""
    every = tuple(needs)
    return Mend(
        tuple(dict.fromkeys(need.action for need in every)),
        tuple(dict.fromkeys(names.pasteable(need.resource) for need in every)),
        {key: names.show(value) for key, value in every[0].narrowing.items()},
        principal,
    )


def _substituted(text: str) -> str | dict[str, str]:
    return {"Fn::Sub": text} if "${" in text else text


def _cdk(text: str) -> str:
    return f"Fn.sub({json.dumps(text)})" if "${" in text else json.dumps(text)
