"""From requests to metrics to an alarm, as a deployment that rolls back on alarm needs it."""

import contextlib
import http.server
import threading
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import pytest


class Failing(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(500 if self.path == "/fail" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def program() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Failing)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_alarm_goes_off_by_its_own_groups_errors_and_ends_with_them(
    cloud: Any, program: int, eventually: Callable[..., Any]
) -> None:
    name = f"m{uuid4().hex[:8]}"
    elb, watch = cloud.client("elbv2"), cloud.client("cloudwatch")
    balancer = elb.create_load_balancer(Name=name, Subnets=[])["LoadBalancers"][0]["LoadBalancerArn"]
    blue, green = (
        elb.create_target_group(
            Name=f"{name}-{colour}", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        for colour in ("blue", "green")
    )
    elb.register_targets(TargetGroupArn=blue, Targets=[{"Id": "127.0.0.1", "Port": program}])
    groups = [{"TargetGroupArn": blue, "Weight": 1}, {"TargetGroupArn": green, "Weight": 0}]
    action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=[action]
    )["Listeners"][0]["ListenerArn"]
    url = next(
        item["url"] for item in cloud.control("endpoints")["listeners"] if item["listener_arn"] == listener
    )

    def dimensions(group: str) -> list[dict[str, str]]:
        return [
            {"Name": "LoadBalancer", "Value": balancer.split(":loadbalancer/")[1]},
            {"Name": "TargetGroup", "Value": group.split(":")[5]},
        ]

    for colour, group in (("blue", blue), ("green", green)):
        watch.put_metric_alarm(
            AlarmName=f"{name}-{colour}",
            Namespace="AWS/ApplicationELB",
            MetricName="HTTPCode_Target_5XX_Count",
            Dimensions=dimensions(group),
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=5,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
        )

    def states() -> list[str]:
        alarms = watch.describe_alarms(AlarmNamePrefix=name)["MetricAlarms"]
        return [alarm["StateValue"] for alarm in sorted(alarms, key=lambda alarm: alarm["AlarmName"])]

    eventually(lambda: states() == ["OK", "OK"])
    for _ in range(10):
        with contextlib.suppress(HTTPError):
            urllib.request.urlopen(f"{url}/fail", timeout=10)
    eventually(lambda: states() == ["ALARM", "OK"])
    eventually(lambda: states() == ["OK", "OK"])

    def hosts() -> float:
        answer = watch.get_metric_statistics(
            Namespace="AWS/ApplicationELB",
            MetricName="HealthyHostCount",
            Dimensions=dimensions(blue),
            StartTime=datetime.now(UTC) - timedelta(minutes=5),
            EndTime=datetime.now(UTC) + timedelta(minutes=5),
            Period=60,
            Statistics=["Maximum"],
        )
        return max((point["Maximum"] for point in answer["Datapoints"]), default=0.0)

    eventually(lambda: hosts() == 1.0)
    watch.delete_alarms(AlarmNames=[f"{name}-blue", f"{name}-green"])
    elb.delete_load_balancer(LoadBalancerArn=balancer)
