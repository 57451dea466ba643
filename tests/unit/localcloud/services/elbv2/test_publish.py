from collections import Counter

from shipway.localcloud.balancer.metrics import Metrics
from shipway.localcloud.services.elbv2.publish import data_of

GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/1"
OF_BALANCER = ("app/web/1", "")
OF_GROUP = ("app/web/1", "targetgroup/blue/1")


def told(
    metrics: Metrics, hosts: dict[tuple[str, str], tuple[int, int]] | None = None
) -> dict[tuple[str, tuple[str, str]], object]:
    found: dict[tuple[str, tuple[str, str]], object] = {}
    for datum in data_of(metrics.take(), hosts or {}):
        named = {item["Name"]: item["Value"] for item in datum["Dimensions"]}
        where = (named["LoadBalancer"], named.get("TargetGroup", ""))
        found[(datum["MetricName"], where)] = datum.get("Value", datum.get("Values"))
    return found


def test_answers_count_for_the_group_and_the_load_balancer() -> None:
    metrics = Metrics()
    for status in (200, 204, 503):
        metrics.answered("app/web/1", GROUP, status, 0.0123)
    metrics.refused("app/web/1", "", 502)
    metrics.failed_connection("app/web/1", GROUP)
    found = told(metrics)
    assert found["RequestCount", OF_BALANCER] == 4
    assert found["RequestCount", OF_GROUP] == 3
    assert found["HTTPCode_Target_2XX_Count", OF_GROUP] == 2
    assert found["HTTPCode_Target_5XX_Count", OF_GROUP] == 1
    assert found["HTTPCode_Target_5XX_Count", OF_BALANCER] == 1
    assert found["HTTPCode_ELB_5XX_Count", OF_BALANCER] == 1
    assert found["HTTPCode_ELB_502_Count", OF_BALANCER] == 1
    assert found["TargetConnectionErrorCount", OF_GROUP] == 1
    assert found["TargetResponseTime", OF_GROUP] == [0.012]
    assert ("HTTPCode_ELB_5XX_Count", OF_GROUP) not in found


def test_what_is_zero_is_not_reported() -> None:
    metrics = Metrics()
    metrics.answered("app/web/1", GROUP, 200, 0.01)
    names = Counter(name for name, _ in told(metrics))
    assert set(names) == {"RequestCount", "HTTPCode_Target_2XX_Count", "TargetResponseTime"}
    assert told(metrics) == {}


def test_hosts_are_reported_by_group() -> None:
    found = told(Metrics(), {("app/web/1", GROUP): (2, 1)})
    assert found == {("HealthyHostCount", OF_GROUP): 2, ("UnHealthyHostCount", OF_GROUP): 1}
