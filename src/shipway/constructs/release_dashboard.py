"""What one looks at while a release moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from constructs import Construct
from shipway.model.naming import Kind, Naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.constructs.blue_green_service import BlueGreenService

_MINUTE = Duration.minutes(1)
_COLOURS = {"blue": cloudwatch.Color.BLUE, "green": cloudwatch.Color.GREEN}


def _requests(group: elbv2.ApplicationTargetGroup) -> cloudwatch.Metric:
    return group.metrics.request_count(period=_MINUTE, statistic="Sum")


def _errors(group: elbv2.ApplicationTargetGroup) -> cloudwatch.Metric:
    code = elbv2.HttpCodeTarget.TARGET_5XX_COUNT
    return group.metrics.http_code_target(code, period=_MINUTE, statistic="Sum")


def _latency(group: elbv2.ApplicationTargetGroup) -> cloudwatch.Metric:
    return group.metrics.target_response_time(period=_MINUTE, statistic="p99")


def _healthy(group: elbv2.ApplicationTargetGroup) -> cloudwatch.Metric:
    return group.metrics.healthy_host_count(period=_MINUTE, statistic="Minimum")


_GRAPHS = {
    "Requests a minute": _requests,
    "5xx answers a minute": _errors,
    "Latency, 99th percentile": _latency,
    "Healthy tasks": _healthy,
}


class ReleaseDashboard(Construct):
    """A CloudWatch dashboard: blue and green side by side, minute by minute, and the alarms above them.

    Args:
        scope: The parent.
        construct_id: Its id in the parent.
        naming: Names the dashboard.
        service: The service whose release it shows.
        alarms: The alarms that roll back.

    Attributes:
        dashboard: The dashboard.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        naming: Naming,
        service: BlueGreenService,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, construct_id)
        balancer = service.balancer
        groups = {"blue": balancer.blue, "green": balancer.green}
        self.dashboard = cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=naming.name(Kind.DASHBOARD, "release")
        )
        self.dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(title="What rolls back", alarms=list(alarms), width=24, height=3)
        )
        self.dashboard.add_widgets(
            *(
                cloudwatch.GraphWidget(
                    title=title,
                    width=6,
                    left=[
                        metric(group).with_(label=colour, color=_COLOURS[colour])
                        for colour, group in groups.items()
                    ],
                )
                for title, metric in _GRAPHS.items()
            )
        )
