from typing import Any

import pytest

from shipway.localcloud.services.codedeploy.configs import PREDEFINED, Routing, parse
from shipway.localcloud.wire import ServiceError


def request(kind: str, **settings: int) -> dict[str, Any]:
    member = {"TimeBasedCanary": "timeBasedCanary", "TimeBasedLinear": "timeBasedLinear"}.get(kind)
    routing: dict[str, Any] = {"type": kind} | ({member: settings} if member else {})
    return {"deploymentConfigName": "mine", "computePlatform": "ECS", "trafficRoutingConfig": routing}


def test_predefined_ones_read_as_the_api_gives_them():
    config = PREDEFINED["CodeDeployDefault.ECSCanary10Percent5Minutes"]
    assert config.as_json() == {
        "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "computePlatform": "ECS",
        "trafficRoutingConfig": {
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 5},
        },
    }
    assert len([name for name in PREDEFINED if ".ECS" in name]) == 5


def test_custom_one_is_read():
    config = parse(request("TimeBasedLinear", linearPercentage=25, linearInterval=2))
    assert (config.routing, config.percentage, config.minutes) == (Routing.LINEAR, 25, 2)
    assert parse(request("AllAtOnce")).percentage == 100


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (
            request("TimeBasedCanary", canaryPercentage=100, canaryInterval=5),
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            request("TimeBasedCanary", canaryPercentage=10, canaryInterval=0),
            "InvalidTrafficRoutingConfigurationException",
        ),
        (request("TimeBasedLinear", linearPercentage=10), "InvalidTrafficRoutingConfigurationException"),
        (
            {"deploymentConfigName": "mine", "computePlatform": "ECS"},
            "InvalidTrafficRoutingConfigurationException",
        ),
        (
            request("AllAtOnce") | {"deploymentConfigName": "CodeDeployDefault.ECSMine"},
            "InvalidDeploymentConfigNameException",
        ),
    ],
)
def test_what_aws_refuses_is_refused(bad: dict[str, Any], code: str):
    with pytest.raises(ServiceError) as caught:
        parse(bad)
    assert caught.value.code == code
