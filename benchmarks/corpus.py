"""How many hand-labelled faults `shipway check` reports, by family, confirmed and added labels apart.

python benchmarks/corpus.py TEMPLATES LABELS [--misses] [--family FAMILY]

TEMPLATES is a directory, LABELS the JSON that says what a reader found in them: template -> family -> list
of `{resource, kind, fault, second_reader}`. A label counts when a finding of the same family stands on the
labelled resource, whatever it says: the figure measures recall, and says nothing of precision.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from shipway.checks.checking import check
from shipway.checks.registry import select
from shipway.checks.report import Report
from shipway.checks.suppressions import today
from shipway.template.inputs import read_systems

READERS = ("confirmed", "added")


class Label(NamedTuple):
    """A fault that a reader found."""

    template: str
    family: str
    resource: str
    kind: str
    fault: str
    reader: str


def read_labels(path: Path) -> list[Label]:
    """All labels of a file."""
    return [
        Label(template, family, each["resource"], each["kind"], each["fault"], each["second_reader"])
        for template, families in json.loads(path.read_text()).items()
        for family, labels in families.items()
        for each in labels
    ]


def places(report: Report) -> dict[tuple[str, str, str], list[str]]:
    """Template, family and resource of every finding, with the rules that stand there."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for each in report.findings:
        location = each.finding.location
        key = (Path(location.template).name, each.rule.family.value, location.logical_id)
        found.setdefault(key, []).append(each.rule.id)
    return found


def check_templates(folder: Path) -> Report:
    """Each template by itself, as somebody who has no other would check it."""
    # One call per template: the labels were made so, and two templates must not complete each other.
    return check(
        [system for path in sorted(folder.iterdir()) for system in read_systems((str(path),), None)],
        select((), ()),
        today(),
    )


def main() -> None:
    """Prints the table, and with --misses what no rule reports."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("templates", type=Path)
    arguments.add_argument("labels", type=Path)
    arguments.add_argument("--misses", action="store_true", help="list the labels that no finding stands on")
    arguments.add_argument(
        "--hits", action="store_true", help="list the others, with the rules that stand there"
    )
    arguments.add_argument("--family", help="only this one")
    given = arguments.parse_args()
    report = check_templates(given.templates)
    found = places(report)
    labels = [each for each in read_labels(given.labels) if given.family in (None, each.family)]
    total, hit = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for label in labels:
        rules = found.get((label.template, label.family, label.resource), [])
        for family in (label.family, "all"):
            total[family, label.reader] += 1
            hit[family, label.reader] += bool(rules)
        if given.hits if rules else given.misses:
            print(f"{label.template} {label.family}/{label.kind} {label.resource} ({label.reader})", *rules)
            print(f"    {label.fault}")
    print(f"{'family':20}" + "".join(f"{reader:>18}" for reader in READERS))
    for family in dict.fromkeys([*(label.family for label in labels), "all"]):
        print(f"{family:20}" + "".join(_share(hit[family, each], total[family, each]) for each in READERS))
    severities = dict(Counter(each.severity.value for each in report.findings))
    print(f"findings: {severities}, undetermined: {len(report.undetermined)}, crashes: {len(report.crashes)}")
    for crash in report.crashes:
        print(f"{crash.rule.id} crashed on {crash.subject}\n{crash.error}")


def _share(part: int, whole: int) -> str:
    return f"{part:>6}/{whole:<3} {part / whole:>6.0%} " if whole else f"{'-':>18}"


if __name__ == "__main__":
    main()
