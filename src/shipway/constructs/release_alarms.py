"""The alarms that end a release: they watch both colours, because each is green in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from shipway.errors import InputError
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from constructs import Construct
    from shipway.constructs.blue_green_balancer import BlueGreenBalancer

_MINUTE = Duration.minutes(1)


def release_alarms(
    scope: Construct,
    *,
    naming: Naming,
    balancer: BlueGreenBalancer,
    max_5xx_per_minute: int,
    max_latency_seconds: float | None,
) -> list[cloudwatch.Alarm]:
    """Alarms on 5xx answers, unhealthy tasks and, if a limit is given, the 99th percentile of latency.

    Raises:
        InputError: A limit would end every release.
    """
    if max_5xx_per_minute < 1:
        raise InputError(
            "an alarm on 5xx answers must allow at least one a minute",
            where="max_5xx_per_minute",
            value=str(max_5xx_per_minute),
            remedy="A single failed request would end every release; use 5",
        )
    if max_latency_seconds is not None and max_latency_seconds <= 0:
        raise InputError(
            "an alarm on latency needs a limit above 0 seconds",
            where="max_latency_seconds",
            value=str(max_latency_seconds),
            remedy="Use what the slowest hundredth of requests may take, e.g. 1.5",
        )
    return [
        alarm
        for colour, group in (("blue", balancer.blue), ("green", balancer.green))
        for alarm in (
            _errors(scope, naming, colour, group, max_5xx_per_minute),
            _unhealthy(scope, naming, colour, group),
            *([_latency(scope, naming, colour, group, max_latency_seconds)] if max_latency_seconds else []),
        )
    ]


def _errors(
    scope: Construct, naming: Naming, colour: str, group: elbv2.ApplicationTargetGroup, most: int
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        f"{colour.title()}Errors",
        alarm_name=naming.name(Kind.ALARM, f"{colour}-5xx"),
        alarm_description=f"{colour} answers more than {most} requests a minute with 5xx",
        metric=group.metrics.http_code_target(
            elbv2.HttpCodeTarget.TARGET_5XX_COUNT, period=_MINUTE, statistic="Sum"
        ),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold=most,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no 5xx, no data
    )


def _unhealthy(
    scope: Construct, naming: Naming, colour: str, group: elbv2.ApplicationTargetGroup
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        f"{colour.title()}Unhealthy",
        alarm_name=naming.name(Kind.ALARM, f"{colour}-unhealthy"),
        alarm_description=f"A task of {colour} is unhealthy for two minutes",
        metric=group.metrics.unhealthy_host_count(period=_MINUTE, statistic="Maximum"),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        threshold=1,
        evaluation_periods=2,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no tasks, no data
    )


def _latency(
    scope: Construct, naming: Naming, colour: str, group: elbv2.ApplicationTargetGroup, most: float
) -> cloudwatch.Alarm:
    return cloudwatch.Alarm(
        scope,
        f"{colour.title()}Latency",
        alarm_name=naming.name(Kind.ALARM, f"{colour}-latency"),
        alarm_description=f"One request in a hundred to {colour} takes more than {most} seconds",
        metric=group.metrics.target_response_time(period=_MINUTE, statistic="p99"),
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        threshold=most,
        evaluation_periods=2,  # one slow request of a quiet minute is its 99th percentile
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,  # no requests, no data
    )
