"""``#{namespace.key}`` in an action's configuration.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-variables.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REFERENCE = re.compile(r"#\{([A-Za-z0-9@\-_]+)\.([A-Za-z0-9@\-_]+)\}")


class UnresolvedVariableError(Exception):
    """A reference that nothing before the action has produced."""


def resolve(configuration: Mapping[str, str], namespaces: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The configuration with every reference replaced.

    Args:
        configuration: As declared.
        namespaces: Namespace -> its variables, among them ``codepipeline`` and ``variables``.

    Raises:
        UnresolvedVariableError: A namespace or key does not exist; AWS fails the action then.
    """

    def value(match: re.Match[str]) -> str:
        namespace, key = match.groups()
        try:
            return namespaces[namespace][key]
        except KeyError:
            raise UnresolvedVariableError(
                f"Action configuration contains a reference to the variable '{match[0]}', "
                "which was not produced by any action that ran before"
            ) from None

    return {key: _REFERENCE.sub(value, text) for key, text in configuration.items()}
