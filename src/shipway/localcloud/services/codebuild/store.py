"""Projects, builds, report groups and reports, by account and region."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.localcloud.services.codebuild.junit import TestCase
    from shipway.localcloud.services.codebuild.record import BuildRecord


@dataclass
class Report:
    """One run's results in a report group: AWS's Report, and the test cases behind it."""

    shown: dict[str, Any]
    cases: list[TestCase]


@dataclass
class Place:
    """What one account has in one region."""

    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    builds: dict[str, BuildRecord] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)  # by ARN
    reports: dict[str, Report] = field(default_factory=dict)  # by ARN


class Store:
    """Everything, behind one lock; hold it through `at`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._places: dict[tuple[str, str], Place] = defaultdict(Place)

    def at(self, account: str, region: str) -> Place:
        """The place of an account and region; change it only under `lock`."""
        with self.lock:
            return self._places[account, region]

    def builds(self) -> Iterator[BuildRecord]:
        """Every build of the cloud."""
        with self.lock:
            yield from [build for place in self._places.values() for build in place.builds.values()]


def name_in(reference: str) -> str:
    """The name in ``NAME`` or ``arn:aws:codebuild:...:kind/NAME``."""
    return reference.rsplit("/", 1)[-1] if reference.startswith("arn:") else reference


def not_found(what: str, arn: str) -> ServiceError:
    """AWS's answer for what is not there."""
    return ServiceError("ResourceNotFoundException", f"{what} cannot be found: {arn}")
