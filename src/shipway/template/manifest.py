"""The JSON files of a cdk.out directory, read so that a broken one is said to be broken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def read_object(path: Path) -> Mapping[str, Any]:
    """The JSON object that a file holds.

    Raises:
        InputError: The file cannot be read, is not JSON, or holds something other than an object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("the file cannot be read", where=str(path), value=str(error)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(
            "the file is not JSON", where=str(path), value=str(error), remedy="Synthesize the app again"
        ) from error
    if not isinstance(data, dict):
        raise InputError("the file does not hold a JSON object", where=str(path), value=type(data).__name__)
    return data


def mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under ``key``; empty where there is none, or something else stands there."""
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def text(data: Mapping[str, Any], key: str, default: str = "") -> str:
    """The string under ``key``; the default where there is none, or something else stands there."""
    found = data.get(key)
    return found if isinstance(found, str) else default
