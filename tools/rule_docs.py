"""Writes docs/rules from the rules' declarations; a test tells when they drift."""

from __future__ import annotations

from pathlib import Path

from shipway.checks.registry import all_rules
from shipway.checks.rule_page import index, page

DOCS = Path(__file__).parent.parent / "docs" / "rules"


def write() -> None:
    """Writes every page and removes those of rules that are no more."""
    DOCS.mkdir(exist_ok=True)
    wanted = {"README.md": index(), **{f"{rule.id}.md": page(rule) for rule in all_rules()}}
    for path in DOCS.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (DOCS / name).write_text(content, encoding="utf-8")
    print(f"{len(wanted)} pages in {DOCS}")


if __name__ == "__main__":
    write()
