"""Findings that somebody allows: where, why, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.checks.report import Reported, Suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shipway.model.graph import PipelineGraph


class Allowance(NamedTuple):
    """One entry of an ``allow`` list."""

    rule: str
    """Id or name."""
    reason: str
    stated_in: str
    """The file and, for a resource's metadata, the logical id."""
    resource: str = "*"
    """Pattern for logical ids."""
    template: str = "*"
    """Pattern for file names."""
    expires: date | None = None
    problem: str = ""
    """Why it is reported itself: unused, expired, without a reason, or not to be understood."""

    def covers(self, reported: Reported) -> bool:
        """Whether it is about a finding."""
        location = reported.finding.location
        return (
            self.rule in {reported.rule.id, reported.rule.name}
            and fnmatchcase(location.logical_id, self.resource)
            and fnmatchcase(location.template, self.template)
        )


def today() -> date:
    """The day by which allowances expire, in UTC so that all who run a check on a day agree."""
    return datetime.now(tz=UTC).date()


def read_allowances(
    entries: Any, stated_in: str, *, resource: str = "*", template: str = "*"
) -> Iterator[Allowance]:
    """The allowances in a list as configuration and metadata hold it; a wrong entry is one with a problem."""
    for entry in entries if isinstance(entries, list) else [entries]:
        fields: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        expires, problem = _date(fields.get("expires"))
        rule, reason = str(fields.get("rule") or ""), str(fields.get("reason") or "").strip()
        if not rule:
            problem = "names no rule"
        elif not reason:
            problem = "gives no reason"
        yield Allowance(
            rule=rule or str(entry)[:60],
            reason=reason,
            stated_in=stated_in,
            resource=str(fields.get("resource", resource)),
            template=str(fields.get("template", template)),
            expires=expires,
            problem=problem,
        )


def allowances_in(graph: PipelineGraph) -> Iterator[Allowance]:
    """The allowances in the metadata of templates (``Metadata.shipway.allow``) and of their resources."""
    for stack in graph.stacks:
        allow = _allow(stack.metadata)
        if allow is not None:
            yield from read_allowances(allow, stack.name, template=stack.name)
    for resource in graph.resources:
        allow = _allow(resource.metadata)
        if allow is not None:
            yield from read_allowances(
                allow,
                f"{resource.stack}: {resource.logical_id}",
                resource=resource.logical_id,
                template=resource.stack,
            )


def apply(
    findings: Iterable[Reported], allowances: Sequence[Allowance], day: date
) -> tuple[list[Reported], list[Suppressed], list[Allowance]]:
    """The findings that remain, those that are allowed, and the allowances that need a word."""
    valid = [
        each for each in allowances if not each.problem and (each.expires is None or each.expires >= day)
    ]
    kept: list[Reported] = []
    suppressed: list[Suppressed] = []
    for reported in findings:
        by = next((each for each in valid if each.covers(reported)), None)
        if by is None:
            kept.append(reported)
        else:
            suppressed.append(Suppressed(reported, by))
    used = {each.allowance for each in suppressed}
    notes: dict[Allowance, None] = {}
    for each in allowances:
        if each.problem:
            notes[each] = None
        elif each.expires is not None and each.expires < day:
            notes[each._replace(problem=f"has expired on {each.expires}")] = None
        elif each not in used:
            notes[each._replace(problem="suppresses nothing")] = None
    return kept, suppressed, list(notes)


def _allow(metadata: Mapping[str, object]) -> Any:
    shipway = metadata.get("shipway")
    return shipway.get("allow") if isinstance(shipway, dict) else None


def _date(raw: Any) -> tuple[date | None, str]:
    if raw is None or isinstance(raw, date):
        return raw, ""
    try:
        return date.fromisoformat(str(raw)), ""
    except ValueError:
        return None, f"has an expiry that is no date: {raw}"
