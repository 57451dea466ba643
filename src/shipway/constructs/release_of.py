"""The release that fits a service's engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.constructs.deploy_stage import Engine
from shipway.constructs.native_release import NativeRelease
from shipway.constructs.release import Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_

    from constructs import Construct
    from shipway.constructs.blue_green_service import BlueGreenService
    from shipway.model.naming import Naming
    from shipway.model.traffic import TrafficShift


def release_of(
    scope: Construct,
    *,
    naming: Naming,
    service: BlueGreenService,
    traffic_shift: TrafficShift | None,
    keep_blue_minutes: int,
    max_5xx_per_minute: int,
    max_latency_seconds: float | None,
    hooks: Mapping[str, lambda_.IFunction] | None,
) -> Release | NativeRelease:
    """A ``Release`` or a ``NativeRelease`` with id ``Release``, as the service's engine wants."""
    if service.engine is Engine.CODE_DEPLOY:
        return Release(
            scope,
            "Release",
            naming=naming,
            service=service,
            traffic_shift=traffic_shift,
            keep_blue_minutes=keep_blue_minutes,
            max_5xx_per_minute=max_5xx_per_minute,
            max_latency_seconds=max_latency_seconds,
            hooks=hooks,
        )
    return NativeRelease(
        scope,
        "Release",
        naming=naming,
        service=service,
        traffic_shift=traffic_shift,
        bake_minutes=keep_blue_minutes,
        max_5xx_per_minute=max_5xx_per_minute,
        max_latency_seconds=max_latency_seconds,
        hooks=hooks,
    )
