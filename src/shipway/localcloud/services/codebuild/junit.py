"""Test reports that a build wrote -> CodeBuild's test cases. Pure."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NANO = 1_000_000_000
_STATUS = {"failure": "FAILED", "error": "ERROR", "skipped": "SKIPPED"}


class UnreadableReportError(ValueError):
    """The file is not what its format says."""


@dataclass(frozen=True)
class TestCase:
    """One test; durations in nanoseconds."""

    __test__ = False  # not a test of ours, whatever its name says to pytest

    file: str
    suite: str
    prefix: str
    name: str
    status: str
    duration: int
    message: str = ""


def read_junit(text: str, file: str) -> list[TestCase]:
    """The test cases of a JUnit XML file.

    Raises:
        UnreadableReportError: It is no XML, or no JUnit report.
    """
    try:
        root = ET.fromstring(text)  # noqa: S314 - the build's own file; expat bounds entities
    except ET.ParseError as error:
        raise UnreadableReportError(f"{file} is no XML: {error}") from error
    if root.tag not in {"testsuites", "testsuite"}:
        raise UnreadableReportError(f"{file} is no JUnit report: its root is <{root.tag}>")
    return list(_cases(root, file, ""))


def _cases(element: ET.Element, file: str, suite: str) -> Iterator[TestCase]:
    for child in element:
        if child.tag == "testsuite":
            yield from _cases(child, file, child.get("name", suite))
        elif child.tag == "testcase":
            outcome = next((part for part in child if part.tag in _STATUS), None)
            yield TestCase(
                file=file,
                suite=suite or element.get("name", ""),
                prefix=child.get("classname", ""),
                name=child.get("name", ""),
                status="SUCCEEDED" if outcome is None else _STATUS[outcome.tag],
                duration=_nanoseconds(child.get("time")),
                message="" if outcome is None else outcome.get("message") or (outcome.text or "").strip(),
            )


def _nanoseconds(text: str | None) -> int:
    try:
        return int(float((text or "0").replace(",", "")) * _NANO)
    except (ValueError, OverflowError):
        return 0


def status_counts(cases: Iterable[TestCase]) -> dict[str, int]:
    """AWS's ``statusCounts``: every status, those that did not occur as 0."""
    counted = Counter(case.status for case in cases)
    return {status: counted[status] for status in ("SUCCEEDED", "FAILED", "ERROR", "SKIPPED", "UNKNOWN")}
