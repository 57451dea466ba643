"""All rules, found where they lie: one module per rule below ``rules/<family>``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from shipway.checks.rule import Family, Rule
from shipway.errors import InputError

_RULES = Path(__file__).parent / "rules"


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of families and ids."""
    rules: list[Rule] = []
    for family in Family:
        names = sorted(path.stem for path in (_RULES / family.folder).glob("[a-z]*.py"))
        modules = [import_module(f"shipway.checks.rules.{family.folder}.{name}") for name in names]
        found = [each for module in modules for each in vars(module).values() if isinstance(each, Rule)]
        rules.extend(sorted(found, key=lambda each: each.id))
    return tuple(rules)


def select(selected: tuple[str, ...] = (), ignored: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """The rules that selectors mean; all when nothing is selected. A selector is an id, a name, or a family.

    Raises:
        InputError: A selector means no rule.
    """
    rules = all_rules()
    for selector in (*selected, *ignored):
        if not any(rule.matches(selector) for rule in rules):
            raise InputError(
                "no rule has this id, name or family",
                value=selector,
                remedy="`shipway rules` lists them all",
            )
    return tuple(
        rule
        for rule in rules
        if (not selected or any(rule.matches(each) for each in selected))
        and not any(rule.matches(each) for each in ignored)
    )


def rule_named(selector: str) -> Rule | None:
    """The rule with an id or a name; None when there is none."""
    return _by_name().get(selector)


@cache
def _by_name() -> dict[str, Rule]:
    return {name: rule for rule in all_rules() for name in (rule.id, rule.name)}
