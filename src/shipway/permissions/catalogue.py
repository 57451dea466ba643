"""What AWS's services know: actions, the resource types they can be limited to, and their condition keys.

Only the services that pipelines use are known. For any other, the answer is None: not known, not empty.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from shipway.permissions.datafiles import read_data, read_lines
from shipway.permissions.pattern import glob
from shipway.permissions.truth import Truth

_SERVICES_OF_PIPELINES = (
    *("codedeploy", "codepipeline", "codebuild", "codecommit", "ecr", "ecs", "elasticloadbalancing"),
    *("s3", "iam", "logs", "ssm", "secretsmanager", "sns", "kms", "lambda", "cloudwatch", "cloudformation"),
)

_USERS_PART = re.compile(r"\$\{|<|tag-key")


class Action(NamedTuple):
    """One action of a service, such as ``ecs:UpdateService``."""

    name: str
    """With the service's prefix."""
    resources: tuple[str, ...]
    """Resource types it can be limited to; empty when only ``*`` is right."""
    arns: tuple[str, ...]
    """ARN templates of these types, such as ``arn:${Partition}:s3:::${BucketName}``."""
    keys: tuple[str, ...]
    """Its own condition keys and those of its resource types; global ones are not listed."""


@cache
def _names(service: str) -> dict[str, str] | None:
    """The names of a service's actions by the same in lower case; None for a service not known."""
    known = _facts(service)
    return None if known is None else {name.lower(): name for name in known["actions"]}


def _facts(service: str) -> Any:
    # Prefixes come from people's policies: no other text may become a file's name.
    return read_data(f"services/{service}") if service in read_lines("service-prefixes") else None


@cache
def action_named(action: str) -> Action | None:
    """The action of this name in any case; None when its service is not known or has none of this name."""
    service, _, name = action.lower().partition(":")
    spelt = (_names(service) or {}).get(name)
    if spelt is None:
        return None
    facts = _facts(service)
    own = facts["actions"][spelt]
    types = [facts["resources"][one] for one in own["resources"] if one in facts["resources"]]
    keys = dict.fromkeys([*own["keys"], *(key for each in types for key in each["keys"])])
    return Action(
        f"{service}:{spelt}", tuple(own["resources"]), tuple(each["arn"] for each in types), tuple(keys)
    )


def closest_action(action: str) -> str | None:
    """The action that an invented one may mean: a near one of the service, or its name in another service."""
    service, _, name = action.partition(":")
    known = _names(service.lower())
    if known is not None:
        from difflib import get_close_matches  # noqa: PLC0415 -- few policies invent actions

        close = get_close_matches(name.lower(), known, n=1, cutoff=0.7)
        return f"{service.lower()}:{known[close[0]]}" if close else None
    for other in _SERVICES_OF_PIPELINES:
        found = action_named(f"{other}:{name}")
        if found is not None:
            return found.name
    return None


def service_known(service: str) -> bool:
    """Whether the actions of the service are known here."""
    return _names(service.lower()) is not None


@cache
def expand(pattern: str) -> tuple[Action, ...] | None:
    """The actions that a pattern such as ``ecr:*Layer*`` really contains; None when its service is not known.

    Empty for a pattern that contains none: a misspelt action.
    """
    service, separator, name = pattern.lower().partition(":")
    known = _names(service) if separator else None
    if known is None:
        return None
    if name in known:
        found = [name]
    else:
        wanted = glob(pattern, fold=True)
        found = [each for each in known if wanted.matches(f"{service}:{each}") is Truth.YES]
    return tuple(action for each in found if (action := action_named(f"{service}:{each}")) is not None)


def has_key(action: Action, key: str) -> bool:
    """Whether requests of the action may carry the condition key.

    Global keys are assumed to be carried, but those about the tags of a request, which it has or has not.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    lowered = key.lower()
    if lowered.startswith("aws:") and not lowered.startswith(("aws:requesttag/", "aws:tagkeys")):
        return True
    return any(_is_key(known.lower(), lowered) for known in action.keys)


def _is_key(known: str, key: str) -> bool:
    """Some keys end in a part of the user's choice, spelt in three ways in AWS's lists."""
    head = _USERS_PART.split(known)[0]
    return key.startswith(head) if head != known else known == key
