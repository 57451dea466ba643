"""What AWS's services know: actions, the resource types they can be limited to, and their condition keys.

Only the services that pipelines use are known. For any other, the answer is None: not known, not empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from shipway.permissions.datafiles import read_data, read_lines
from shipway.permissions.pattern import glob
from shipway.permissions.truth import Truth

_SERVICES_OF_PIPELINES = (
    *("codedeploy", "codepipeline", "codebuild", "codecommit", "ecr", "ecs", "elasticloadbalancing"),
    *("s3", "iam", "logs", "ssm", "secretsmanager", "sns", "kms", "lambda", "cloudwatch", "cloudformation"),
)

_USERS_PART = re.compile(r"\$\{|<|tag-key")


@dataclass(frozen=True, slots=True)
class Action:
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
def actions_of(service: str) -> dict[str, Action] | None:
    """The actions of a service by their name in lower case, without prefix; None for a service not known."""
    # Prefixes come from people's policies: no other text may become a file's name.
    known = read_data(f"services/{service}") if service in read_lines("service-prefixes") else None
    if known is None:
        return None
    types = known["resources"]
    return {
        name.lower(): Action(
            f"{service}:{name}",
            tuple(action["resources"]),
            tuple(types[one]["arn"] for one in action["resources"] if one in types),
            tuple(
                dict.fromkeys(
                    [
                        *action["keys"],
                        *(key for one in action["resources"] if one in types for key in types[one]["keys"]),
                    ]
                )
            ),
        )
        for name, action in known["actions"].items()
    }


def action_named(action: str) -> Action | None:
    """The action of this name in any case; None when its service is not known or has none of this name."""
    service, _, name = action.lower().partition(":")
    return (actions_of(service) or {}).get(name)


def closest_action(action: str) -> str | None:
    """The action that an invented one may mean: a near one of the service, or its name in another service."""
    service, _, name = action.partition(":")
    known = actions_of(service.lower())
    if known is not None:
        close = get_close_matches(name.lower(), known, n=1, cutoff=0.7)
        return known[close[0]].name if close else None
    for other in _SERVICES_OF_PIPELINES:
        found = action_named(f"{other}:{name}")
        if found is not None:
            return found.name
    return None


def service_known(service: str) -> bool:
    """Whether the actions of the service are known here."""
    return actions_of(service.lower()) is not None


@cache
def expand(pattern: str) -> tuple[Action, ...] | None:
    """The actions that a pattern such as ``ecr:*Layer*`` really contains; None when its service is not known.

    Empty for a pattern that contains none: a misspelt action.
    """
    service, separator, _ = pattern.lower().partition(":")
    known = actions_of(service) if separator else None
    if known is None:
        return None
    wanted = glob(pattern, fold=True)
    return tuple(action for action in known.values() if wanted.matches(action.name) is Truth.YES)


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
