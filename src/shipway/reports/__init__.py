"""Reports: the outcome of a check as text for people, or as a document for a machine."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shipway.checks.report import Report

FORMATS = {
    "text": "text",
    "json": "json_document",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "html": "html_page",
}
"""Name of a format -> module that renders it, imported only when it is asked for."""


def render(report: Report, name: str) -> str:
    """The report in a format, without a final line end."""
    rendered: str = import_module(f"shipway.reports.{FORMATS[name]}").render(report)
    return rendered
