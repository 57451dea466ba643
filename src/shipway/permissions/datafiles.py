"""Reads the facts about AWS in `data/`, each file once and only when something asks."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "data"


@cache
def read_data(name: str) -> Any:
    """The content of a JSON file in `data/`; None when there is no such file. Do not change it."""
    path = _FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


@cache
def read_lines(name: str) -> frozenset[str]:
    """The lines of a text file in `data/`."""
    return frozenset((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split())
