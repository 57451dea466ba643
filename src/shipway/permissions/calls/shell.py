"""What the words of build commands stand for, as far as the template and the commands themselves tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.text import Text
from shipway.model.value import known, text_of
from shipway.permissions.symbols import SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.project import Buildspec, Project, Step
    from shipway.permissions.names import Names

_EXPANSION = re.compile(r"\$\(.*\)|`[^`]*`|\$\{(?P<braced>\w+)\}|\$(?P<plain>\w+)|\$\{[^}]*\}", re.DOTALL)
_ACCOUNT = re.compile(r"\$\(\s*aws sts get-caller-identity\b.*\bAccount\b.*\)", re.DOTALL)


class ShellValues:
    """The variables of a build while its commands run, as symbolic strings."""

    def __init__(self, project: Project, buildspec: Buildspec, names: Names) -> None:
        self._names = names
        # What the template puts into the buildspec stands in its text as ${Name}.
        self._put_in = {
            str(token): names.text(Text((token,))) for token in text_of(project.specification).filled().tokens
        }
        self._values = {
            "AWS_REGION": names.region,
            "AWS_DEFAULT_REGION": names.region,
            "CODEBUILD_BUILD_SUCCEEDING": "1",
        }
        self._values.update((each.name, self.written(each.value)) for each in buildspec.spec.env.variables)
        for variable in project.variables:
            plaintext = variable.type is None or known(variable.type) == "PLAINTEXT"
            self._values[known(variable.name) or ""] = names.of(variable.value) if plaintext else SOME_TEXT

    def along(self, steps: tuple[Step, ...]) -> Iterator[Step]:
        """The steps in their order; while one is looked at, variables have the values it sees."""
        for step in steps:
            yield step
            for name, value in step.invocation.assignments:
                self._values[name] = self._names.account if _ACCOUNT.fullmatch(value) else self.expand(value)

    def expand(self, word: str) -> str:
        """A word as the program receives it; what only the build knows is open."""
        return _EXPANSION.sub(self._expanded, self.written(word))

    def written(self, text: str) -> str:
        """A text of the buildspec with the template's values in it."""
        for token, value in self._put_in.items():
            text = text.replace(token, value)
        return text

    def _expanded(self, found: re.Match[str]) -> str:
        return self._values.get(found["braced"] or found["plain"] or "", SOME_TEXT)
