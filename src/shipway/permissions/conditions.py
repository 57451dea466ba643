"""``Condition`` blocks: reading them, and whether a request fulfils them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.permissions.operators import OPERATORS, Operator
from shipway.permissions.truth import Truth, all_of, any_of
from shipway.permissions.variables import has_variables, substitute, without_variables

if TYPE_CHECKING:
    from shipway.permissions.request import Request

_FOR_ALL, _FOR_ANY = "ForAllValues", "ForAnyValue"
_IF_EXISTS = "IfExists"


class Condition(NamedTuple):
    """One line of a ``Condition``: an operator, a key, and values of which one suffices."""

    operator: str
    """As written, such as ``ForAnyValue:StringLikeIfExists``."""
    key: str
    values: tuple[str, ...]
    base: Operator | None
    """None for ``Null``."""
    quantifier: str = ""
    if_exists: bool = False

    def fulfilled(self, request: Request) -> Truth:
        """Whether the request fulfils this line."""
        given = request.value_of(self.key)
        if given is None:
            return Truth.UNKNOWN
        if self.base is None:
            return self._presence(given)
        if not given:
            return self._absent(self.base)
        return self._quantified([self._one(self.base, value, request) for value in given])

    def _presence(self, given: tuple[str, ...]) -> Truth:
        wanted = [value.lower() for value in self.values]
        if any(value not in {"true", "false"} for value in wanted):
            return Truth.UNKNOWN
        return Truth.YES if ("false" if given else "true") in wanted else Truth.NO

    def _absent(self, base: Operator) -> Truth:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
        if self.if_exists or self.quantifier == _FOR_ALL:
            return Truth.YES
        return Truth.YES if base.negated and not self.quantifier else Truth.NO

    def _quantified(self, truths: list[Truth]) -> Truth:
        if self.quantifier == _FOR_ALL:
            return all_of(truths)
        if self.quantifier == _FOR_ANY or len(truths) == 1:
            return any_of(truths)
        # Several values without a quantifier: AWS documents no rule, so only agreement is certain.
        return truths[0] if len(set(truths)) == 1 else Truth.UNKNOWN

    def _one(self, base: Operator, given: str, request: Request) -> Truth:
        truths = [_compare(base, value, given, request) for value in self.values]
        return all_of(truths) if base.negated else any_of(truths)


def _compare(base: Operator, wanted: str, given: str, request: Request) -> Truth:
    if has_variables(wanted):
        resolved = substitute(wanted, request)
        if resolved is None:
            # A variable without value equals nothing; what it is unequal to, AWS's guide leaves open.
            return Truth.UNKNOWN if base.negated else Truth.NO
        wanted = resolved
    holds = base.compare(wanted, given)
    return holds.negated() if base.negated else holds


def read_conditions(block: Any, *, variables: bool = True) -> tuple[tuple[Condition, ...], list[str]]:
    """The lines of a ``Condition`` block, and what in it is not AWS's grammar (each as one sentence).

    `variables` says whether the policy's version has policy variables.
    """
    if block is None:
        return (), []
    if not isinstance(block, dict):
        return (), [f"Condition is not an object: {block!r}"]
    conditions, problems = [], []
    for operator, lines in block.items():
        if not isinstance(lines, dict):
            problems.append(f"Condition {operator} is not an object: {lines!r}")
            continue
        for key, value in lines.items():
            read = _read_line(str(operator), str(key), value, variables=variables)
            if isinstance(read, str):
                problems.append(read)
            else:
                conditions.append(read)
    return tuple(conditions), problems


def _read_line(operator: str, key: str, value: Any, *, variables: bool) -> Condition | str:
    quantifier, _, name = operator.rpartition(":")
    if_exists = name.endswith(_IF_EXISTS)
    name = name.removesuffix(_IF_EXISTS)
    base = OPERATORS.get(name)
    if quantifier not in {"", _FOR_ALL, _FOR_ANY} or (base is None and name != "Null"):
        return f"Condition operator {operator} does not exist"
    if base is None and (quantifier or if_exists):
        return f"Condition operator {operator}: Null takes neither a quantifier nor IfExists"
    values = []
    for one in value if isinstance(value, list) else [value]:
        text = _text(one)
        if text is None:
            return f"Condition {operator} {key} is not a string: {one!r}"
        if base is not None and not has_variables(text) and not base.wellformed(text):
            return f"Condition {operator} {key} cannot be compared with {text!r}"
        values.append(text if variables else without_variables(text))
    return Condition(operator, key, tuple(values), base, quantifier, if_exists)


def _text(value: Any) -> str | None:
    """JSON's booleans and numbers as IAM takes them: as their spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None
