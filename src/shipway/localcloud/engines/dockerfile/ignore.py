"""``.dockerignore``: which paths of the context an image never sees.

https://docs.docker.com/build/concepts/context/#dockerignore-files
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class IgnoreRules:
    """The patterns in order; the last that matches a path decides."""

    patterns: tuple[tuple[bool, re.Pattern[str]], ...] = ()

    def excludes(self, path: str) -> bool:
        """Whether ``path`` (relative to the context, with ``/``) stays out, itself or by a parent folder."""
        excluded = False
        parts = path.split("/")
        candidates = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        for negated, pattern in self.patterns:
            if excluded == negated and any(pattern.fullmatch(candidate) for candidate in candidates):
                excluded = not negated
        return excluded

    @property
    def has_exceptions(self) -> bool:
        """Whether a file in an excluded folder may still be wanted (``!pattern``)."""
        return any(negated for negated, _ in self.patterns)


def read_ignore_rules(text: str) -> IgnoreRules:
    """Read the text of a ``.dockerignore``; no line is an error."""
    patterns: list[tuple[bool, re.Pattern[str]]] = []
    for raw in text.removeprefix("\ufeff").splitlines():
        line = raw.strip()
        if not line or raw.startswith("#"):
            continue
        negated = line.startswith("!")
        cleaned = posixpath.normpath(line.removeprefix("!").strip()).lstrip("/")
        if cleaned not in {"", "."}:
            patterns.append((negated, path_pattern(cleaned)))
    return IgnoreRules(tuple(patterns))


def path_pattern(glob: str) -> re.Pattern[str]:
    """Go's ``filepath.Match`` plus ``**``: ``*`` and ``?`` stay within one path segment."""
    out: list[str] = []
    at = 0
    while at < len(glob):
        character = glob[at]
        if glob.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            out.append(".*")
            at += 2
        elif character == "*":
            out.append("[^/]*")
            at += 1
        elif character == "?":
            out.append("[^/]")
            at += 1
        elif character == "[" and (end := glob.find("]", at + 2)) > 0:
            body = glob[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            out.append(f"[{body}]")
            at = end + 1
        elif character == "\\" and at + 1 < len(glob):
            out.append(re.escape(glob[at + 1]))
            at += 2
        else:
            out.append(re.escape(character))
            at += 1
    try:
        return re.compile("".join(out), re.DOTALL)
    except re.error:  # an odd character class, e.g. [z-a]: then it stands for itself
        return re.compile(re.escape(glob), re.DOTALL)
