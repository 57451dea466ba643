"""Events that AWS's services raise: put on the default bus, where the deployed rules decide."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

PutEvent = Callable[[Mapping[str, Any], str, str], None]


class Events:
    """Raises events as AWS's own services do (``source`` starts with ``aws.``, which no client may use)."""

    def __init__(self, put: PutEvent) -> None:
        self._put = put

    def emit(
        self,
        *,
        source: str,
        detail_type: str,
        detail: Mapping[str, Any],
        resources: Sequence[str],
        account: str,
        region: str,
    ) -> None:
        """Put one event; whether anything happens is up to the rules that were deployed."""
        entry = {
            "Source": source,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
            "Resources": list(resources),
        }
        self._put(entry, account, region)
