"""Policy variables in Resource and condition values: ``${aws:PrincipalAccount}``, ``${key, 'default'}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.permissions.symbols import UNTOLD

if TYPE_CHECKING:
    from shipway.permissions.request import Request

_VARIABLE = re.compile(r"\$\{\s*([^*?$}',\s][^}',]*?)\s*(?:,\s*'((?:[^']|'')*)'\s*)?\}")
_SPECIAL = re.compile(r"[*?$]")


def has_variables(text: str) -> bool:
    """Whether the text holds a variable; ``${*}``, ``${?}`` and ``${$}`` are characters, not variables."""
    return "${" in text and _VARIABLE.search(text) is not None


def without_variables(text: str) -> str:
    """The text as policies of ``Version`` 2008-10-17 mean it: ``${`` has no meaning there."""
    return text.replace("${", "${$}{")


def substitute(text: str, request: Request) -> str | None:
    """The text with the request's values in place; None when a variable has none.

    A value's own wildcards are ordinary characters. A variable whose value nobody told becomes UNTOLD.
    A key with several values has none as a variable.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        key, default = found.groups()
        values = request.value_of(key)
        if values is None:
            value = UNTOLD
        elif len(values) == 1:
            value = _escaped(values[0])
        elif default is not None:
            value = _escaped(default.replace("''", "'"))
        else:
            return None
        parts += (text[end : found.start()], value)
        end = found.end()
    return "".join((*parts, text[end:]))


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda found: f"${{{found.group()}}}", value)
