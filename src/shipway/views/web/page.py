"""The page as one HTML document that asks for nothing else, wherever it is opened."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from functools import cache
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPTS = ("dom.js", "words.js", "chart.js", "pushes.js", "sections.js", "main.js")


def page(frames: Sequence[dict[str, Any]], *, live: bool) -> str:
    """The document.

    Args:
        frames: Snapshots, each as what it changes in those before it.
        live: Whether it follows the rehearsal by the server-sent events at ``events``.
    """
    project = next((frame["about"]["project"] for frame in frames if frame["about"]["project"]), "")
    return Template(_asset("page.html")).substitute(
        title=html.escape(f"{project}: shipway rehearse" if project else "shipway rehearse"),
        policy=html.escape(policy()),
        style=_style(),
        script=_script(),
        data=_embedded({"live": live, "frames": list(frames)}),
    )


@cache
def policy() -> str:
    """The content security policy: our own style and script by their hashes, and nothing from anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(_style())}'",
            f"script-src '{_hash(_script())}'",
            "img-src data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _embedded(data: dict[str, Any]) -> str:
    """JSON that no parser of HTML can take for the end of its element or for a comment."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


@cache
def _style() -> str:
    return _asset("page.css")


@cache
def _script() -> str:
    return '"use strict";\n' + "\n".join(map(_asset, _SCRIPTS))


def _asset(name: str) -> str:
    return files("shipway.views.web").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
