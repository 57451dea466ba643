"""Findings that somebody allows: where, why, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from shipway.checks.registry import rule_named
from shipway.checks.report import Reported, Suppressed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shipway.checks.rule import Rule
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
    in_template: bool = False
    """Whether it stands in the template, and not in the configuration."""

    def expired(self, day: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < day

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
    entries: Any, stated_in: str, *, resource: str = "*", template: str = "*", in_template: bool = False
) -> Iterator[Allowance]:
    """The allowances in a list as configuration and metadata hold it; a wrong entry is one with a problem."""
    for entry in entries if isinstance(entries, list) else [entries]:
        fields: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
        expires, problem = _date(fields.get("expires"))
        rule, reason = str(fields.get("rule") or ""), str(fields.get("reason") or "").strip()
        if not rule:
            problem = "names no rule"
        elif not reason:
            problem = "gives no reason, and allows nothing"
        yield Allowance(
            rule=rule or str(entry)[:60],
            reason=reason,
            stated_in=stated_in,
            resource=str(fields.get("resource", resource)),
            template=str(fields.get("template", template)),
            expires=expires,
            problem=problem,
            in_template=in_template,
        )


def allowances_in(graph: PipelineGraph) -> Iterator[Allowance]:
    """The allowances in the metadata of templates and of their resources, in three dialects.

    ``shipway: {allow: [{rule, reason, expires}]}``, and what people write for other checkers, where it is
    about rules of ours: ``checkov: {skip: [{id, comment}]}``, ``cfn-lint: {config: {ignore_checks: [id]}}``.
    """
    for stack in graph.stacks:
        yield from read_allowances(
            _entries(stack.metadata), stack.name, template=stack.name, in_template=True
        )
    for resource in graph.resources:
        if resource.metadata:
            yield from read_allowances(
                _entries(resource.metadata),
                f"{resource.stack}: {resource.logical_id}",
                resource=resource.logical_id,
                template=resource.stack,
                in_template=True,
            )


def apply(
    findings: Iterable[Reported], allowances: Sequence[Allowance], day: date, asked: Sequence[Rule]
) -> tuple[list[Reported], list[Suppressed], list[Allowance]]:
    """The findings that remain, those that are allowed, and the allowances that need a word.

    An allowance of a rule that was not asked cannot be told to be unused.
    """
    valid: dict[str, list[Allowance]] = {}
    for each in allowances:
        if not each.problem and not each.expired(day):
            valid.setdefault(each.rule, []).append(each)
    kept: list[Reported] = []
    suppressed: list[Suppressed] = []
    for reported in findings:
        candidates = (*valid.get(reported.rule.id, ()), *valid.get(reported.rule.name, ()))
        by = next((each for each in candidates if each.covers(reported)), None)
        if by is None:
            kept.append(reported)
        else:
            suppressed.append(Suppressed(reported, by))
    used = {each.allowance for each in suppressed}
    names = {name for rule in asked for name in (rule.id, rule.name)}
    notes: dict[Allowance, None] = {}
    for each in allowances:
        if each.problem:
            notes[each] = None
        elif each.expired(day):
            notes[each._replace(problem=f"has expired on {each.expires}")] = None
        elif each.rule not in names and rule_named(each.rule) is None:
            notes[each._replace(problem="is about no rule that there is")] = None
        elif each.rule in names and each not in used:
            notes[each._replace(problem="allows nothing that is found")] = None
    return kept, suppressed, list(notes)


def _entries(metadata: Mapping[str, object]) -> list[Any]:
    if not metadata:
        return []
    own = _below(metadata, "shipway", "allow")
    entries = own if isinstance(own, list) else [] if own is None else [own]
    for each in _list(_below(metadata, "checkov", "skip")):
        if isinstance(each, dict) and _ours(each.get("id")):
            entries = [*entries, {"rule": each["id"], "reason": each.get("comment")}]
    for each in _list(_below(metadata, "cfn-lint", "config", "ignore_checks")):
        if _ours(each):
            entries = [*entries, {"rule": each}]
    return entries


def _ours(identifier: Any) -> bool:
    return isinstance(identifier, str) and rule_named(identifier) is not None


def _below(metadata: object, *path: str) -> Any:
    found: Any = metadata
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []


def _date(raw: Any) -> tuple[date | None, str]:
    if raw is None or isinstance(raw, date):
        return raw, ""
    try:
        return date.fromisoformat(str(raw)), ""
    except ValueError:
        return None, f"has an expiry that is no date: {raw}"
