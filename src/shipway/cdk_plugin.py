"""``shipway check`` while a CDK app is synthesized: ``Validations.of(app).add_plugins(ShipwayCheck())``."""

from __future__ import annotations

from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import jsii
from aws_cdk import (
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolatingResource,
    PolicyViolation,
)

from shipway.checks.checking import check_paths
from shipway.checks.configuration import FAIL_ON, find_configuration, read_configuration
from shipway.checks.registry import select as select_rules
from shipway.checks.suppressions import today
from shipway.errors import InputError, InternalError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.checks.report import Report, Reported


@jsii.implements(IPolicyValidationPlugin)
class ShipwayCheck:
    """Shows the findings of ``shipway check`` at ``cdk synth``, each with the construct that it is about.

    Args:
        fail_on: The mildest severity that makes the synthesis fail: ``error`` (the default), ``warning``,
            ``info``, or ``never``. What is milder is not shown either: the CDK shows nothing of a plugin that
            is content.
        select: Ids, names or families of the rules to ask; all when empty.
        ignore: Those not to ask.
        config: A pyproject.toml or shipway.toml; the one in the current directory by default. The arguments
            above win over it.

    Raises:
        InputError: There is no such severity or rule, or the configuration cannot be read.
    """

    def __init__(
        self,
        *,
        fail_on: str = "",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        config: str = "",
    ) -> None:
        settings = read_configuration(Path(config)) if config else find_configuration(Path())
        self._fail_on = fail_on or settings.fail_on or "error"
        if self._fail_on not in FAIL_ON:
            raise InputError(
                "no such severity", where="fail_on", value=fail_on, remedy=f"Use {', '.join(FAIL_ON)}"
            )
        self._rules = select_rules(tuple(select) or settings.select, tuple(ignore) or settings.ignore)
        self._allowances = settings.allowances

    @property
    def name(self) -> str:
        """What the CDK's report calls it."""
        return "shipway check"

    @property
    def version(self) -> str:
        """The version of Shipway."""
        return version("shipway")

    @property
    def rule_ids(self) -> list[str]:
        """The ids of the rules that are asked."""
        return [rule.id for rule in self._rules]

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """The findings in the templates of a stage.

        Raises:
            InternalError: A rule crashed, or a template that the CDK wrote cannot be read.
        """
        # No second process: the one that this is has threads that talk to Node.js.
        report = check_paths(
            sorted(context.template_paths), self._rules, today(), self._allowances, processes=1
        )
        _require_whole(report)
        failing = FAIL_ON[: FAIL_ON.index(self._fail_on) + 1] if self._fail_on != "never" else ()
        found = [each for each in report.findings if each.severity.value in failing]
        found.sort(key=lambda each: (each.severity.rank, each.rule.id, each.message, each.remedy))
        return PolicyValidationPluginReport(
            success=not found,
            plugin_version=self.version,
            metadata={"undetermined": str(len(report.undetermined)), "allowed": str(len(report.suppressed))},
            violations=[
                _violation(list(alike))
                for _, alike in groupby(found, key=lambda each: (each.rule.id, each.message))
            ],
        )


def _require_whole(report: Report) -> None:
    for crash in report.crashes:
        raise InternalError(f"rule {crash.rule.id} crashed on {crash.subject}", value=crash.error)
    for error in report.unchecked:
        raise InternalError("a template that the CDK wrote cannot be checked", value=str(error)) from error


def _violation(found: list[Reported]) -> PolicyViolation:
    first = found[0]
    return PolicyViolation(
        rule_name=f"{first.rule.id} {first.rule.name}",
        description=first.message,
        fix=first.remedy,
        severity=first.severity.value,
        rule_metadata={"family": first.rule.family.value, "source": first.rule.source},
        violating_resources=[_resource(each) for each in found],
    )


def _resource(reported: Reported) -> PolicyViolatingResource:
    location = reported.finding.location
    return PolicyViolatingResource(
        resource_logical_id=location.logical_id,
        template_path=location.template,
        construct_path=location.construct_path or None,
        locations=[location.property_path or f"line {location.line}"],
    )
