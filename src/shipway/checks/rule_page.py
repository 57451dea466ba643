"""The pages of rules, in Markdown, made of nothing but their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.registry import all_rules
from shipway.checks.rule import Family

if TYPE_CHECKING:
    from shipway.checks.rule import Rule


def index() -> str:
    """The list of all rules, by family."""
    lines = ["# Rules of `shipway check`", ""]
    for family in Family:
        lines += [f"## {family.value}", "", "| id | name | severity | |", "|--|--|--|--|"]
        lines += [
            f"| [{rule.id}]({rule.id}.md) | `{rule.name}` | {rule.severity.value} | {rule.title} |"
            for rule in all_rules()
            if rule.family is family
        ]
        lines.append("")
    return "\n".join(lines)


def page(rule: Rule) -> str:
    """What ``shipway rules ID`` prints and docs/rules holds."""
    return f"""# {rule.id} {rule.name}

{rule.title}.

Family: {rule.family.value}. Severity: {rule.severity.value}. Since {rule.since}.

## Why

{rule.rationale}

## Instead

{rule.remediation}

Source: <{rule.source}>

## Example

A line that ends with `# <-` is one on which the rule reports.

```yaml
{rule.bad.strip()}
```

Mended:

```yaml
{rule.good.strip()}
```

To allow it, say why:

```yaml
Metadata:
  shipway:
    allow:
      - rule: {rule.name}
        reason: ...
```
"""
