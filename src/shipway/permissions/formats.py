"""ARN formats such as ``arn:${Partition}:sns:${Region}:${Account}:${TopicName}`` as symbolic strings."""

from __future__ import annotations

import re
from functools import cache

from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")

# Placeholders that hold neither a colon nor a slash. Others may: a parameter, a log group, a repository.
_NAMES = frozenset(
    {"Partition", "Region", "Account", "BucketName", "ClusterName", "PipelineName", "QueueName", "TopicName"}
)


@cache
def any_of_format(arn: str) -> str:
    """A subject that stands for every ARN of the format."""
    return _PLACEHOLDER.sub(lambda found: SOME_NAME if found.group(1) in _NAMES else SOME_TEXT, arn)


def filled(arn: str, account: str, name: str) -> str:
    """An ARN of the format in this account, whose every other part is `name`; in some region."""
    values = {"Partition": "aws", "Account": account, "Region": SOME_NAME}
    return _PLACEHOLDER.sub(lambda found: values.get(found.group(1), name), arn)
