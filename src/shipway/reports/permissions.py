"""What roles need and have, as a table, as JSON, and as the smallest policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shipway.permissions.audit import smallest_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from shipway.permissions.audit import Grant, RoleAudit, Row

SCHEMA_VERSION = 1


def as_table(audits: Sequence[RoleAudit]) -> str:
    """The four lists of each role, for people."""
    return "\n".join(line for each in audits for line in _table(each)).rstrip()


def as_json(audits: Sequence[RoleAudit]) -> str:
    """The same for programs; fields are only ever added within one schema version."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "roles": [
            {
                "role": each.role,
                "template": each.template,
                "needed_and_granted": [_call(row) for row in each.granted],
                "needed_and_missing": [_call(row) for row in each.missing],
                "granted_and_not_needed": [_grant(grant) for grant in each.unneeded],
                "undetermined": [_call(row) for row in each.undetermined],
            }
            for each in audits
        ],
    }
    return json.dumps(document, indent=2)


def as_policy(audits: Sequence[RoleAudit]) -> str:
    """The smallest policy of each role by its logical id; that of a single role by itself."""
    policies = {each.role: smallest_policy(each.needed) for each in audits}
    return json.dumps(policies[audits[0].role] if len(audits) == 1 else policies, indent=2)


FORMATS: dict[str, Callable[[Sequence[RoleAudit]], str]] = {
    "table": as_table,
    "json": as_json,
    "policy": as_policy,
}


def _table(audit: RoleAudit) -> Iterator[str]:
    yield f"role {audit.role}  ({audit.template})"
    yield from _rows("needed and granted", audit.granted)
    yield from _rows("needed and missing", audit.missing)
    if audit.unneeded:
        yield "  granted and not needed"
        width = max(len(grant.action) for grant in audit.unneeded)
        for grant in audit.unneeded:
            doubt = "" if grant.certain else "  (unless a program of the build calls it)"
            yield f"    {grant.action:{width}}  {', '.join(grant.resources)}{doubt}"
    yield from _rows("undetermined", audit.undetermined)
    if not audit.needed and not audit.unneeded:
        yield "  nothing is known of its calls"
    yield ""


def _rows(title: str, rows: Iterable[Row]) -> Iterator[str]:
    """Calls on one resource for one cause stand together."""
    together: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        together.setdefault((row.resource, row.cause, row.reading), []).append(row)
    if together:
        yield f"  {title}"
    for (resource, cause, reading), calls in together.items():
        when = f", {reading}" if reading else ""
        yield f"    {', '.join(dict.fromkeys(row.action for row in calls))}"
        yield f"      on {resource}"
        yield f"      {cause}{when}"
        if calls[0].reason:
            yield f"      {calls[0].reason}"


def _call(row: Row) -> dict[str, Any]:
    return {
        "action": row.action,
        "resource": row.resource,
        "condition": dict(row.condition),
        "cause": row.cause,
        "fails_without": row.fails,
        "reason": row.reason,
        "when": row.reading,
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "action": grant.action,
        "resources": list(grant.resources),
        "statement": grant.statement,
        "certain": grant.certain,
    }
