"""Publishes a load balancer's metrics on the cloud's clock."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shipway.localcloud.services.cloudwatch.service import metric_scale
from shipway.localcloud.services.elbv2.publish import MOST_PER_CALL, NAMESPACE, data_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from shipway.localcloud.balancer.balancer import Balancer
    from shipway.localcloud.kernel import Kernel

LOG = logging.getLogger(__name__)
_PER_MINUTE = 4
"""AWS puts one datum per minute. Here a minute may last a second, and whether it holds a datum must not hang
on how busy the machine is; sums and maxima over a minute are the same."""


class Publisher:
    """Runs in the calling thread until the cloud stops.

    Args:
        behind: Gives the (load balancer, target group) pairs whose hosts are to be counted.
    """

    def __init__(
        self, kernel: Kernel, balancer: Balancer, behind: Callable[[], frozenset[tuple[str, str]]]
    ) -> None:
        self._kernel = kernel
        self._balancer = balancer
        self._behind = behind
        self._interval = 60 / metric_scale(kernel.clock.scale) / _PER_MINUTE

    def run(self) -> None:
        """Publish until `CloudStopped` is raised."""
        while True:
            self._kernel.clock.pause(self._interval)
            targets = self._balancer.targets
            hosts = {key: targets.count(key[1]) for key in self._behind() if targets.describe(key[1])}
            data = list(data_of(self._balancer.metrics.take(), hosts))
            client = self._kernel.clients.client("cloudwatch")
            try:
                for start in range(0, len(data), MOST_PER_CALL):
                    client.put_metric_data(
                        Namespace=NAMESPACE, MetricData=data[start : start + MOST_PER_CALL]
                    )
            except (ClientError, BotoCoreError):
                LOG.warning("some metrics are lost", exc_info=True)
