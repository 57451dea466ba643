"""What CodeDeploy does with task sets, done by hand."""

from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_blue_green_by_hand_loses_no_request(site: Any, eventually: Any) -> None:
    service = site.serve(site.define("blue"), desiredCount=2)
    (blue,) = service["taskSets"]
    assert (blue["status"], blue["computedDesiredCount"], blue["scale"]["value"]) == ("PRIMARY", 2, 100)
    eventually(site.steady)
    assert site.health(site.blue) == ["healthy", "healthy"]
    assert site.ask() == {"blue": 1}

    green = site.add_task_set(site.define("green"), externalId="d-1")
    assert (green["status"], green["startedBy"]) == ("ACTIVE", "CODE_DEPLOY")
    eventually(lambda: site.steady(green["id"]))
    assert site.health(site.green) == ["unused", "unused"]
    site.shift(100, 0)
    eventually(lambda: site.health(site.green) == ["healthy", "healthy"])
    site.shift(90, 10)
    assert site.ask(20) == {"blue": 18, "green": 2}
    site.shift(0, 100)
    assert site.ask(20) == {"green": 20}

    site.ecs.update_service_primary_task_set(cluster=site.name, service="web", primaryTaskSet=green["id"])
    site.ecs.delete_task_set(cluster=site.name, service="web", taskSet=blue["taskSetArn"], force=True)
    assert site.task_sets()[blue["id"]]["status"] == "DRAINING"
    eventually(lambda: list(site.task_sets()) == [green["id"]])
    now = site.service()
    assert now["taskDefinition"] == green["taskDefinition"]
    assert now["loadBalancers"][0]["targetGroupArn"] == site.green
    assert {task["startedBy"] for task in site.tasks()} == {green["id"]}
    assert site.ask(10) == {"green": 10}


def test_tasks_that_fail_the_health_check_are_replaced_and_never_steady(site: Any, eventually: Any) -> None:
    site.serve(site.define("blue"))
    eventually(site.steady)
    site.shift(100, 0)
    sick = site.add_task_set(site.define("red", environment=[{"name": "STATUS", "value": "503"}]))
    reason = f"Task failed ELB health checks in (target-group {site.green})"
    stopped = eventually(lambda: [task for task in site.tasks("STOPPED") if task["stoppedReason"] == reason])
    assert stopped[0]["stopCode"] == "ServiceSchedulerInitiated"
    unhealthy = "due to (reason Health checks failed with these codes: [503])"
    assert any(unhealthy in message for message in site.messages())
    assert site.task_sets()[sick["id"]]["stabilityStatus"] == "STABILIZING"
    eventually(lambda: len([task for task in site.tasks() if task["startedBy"] == sick["id"]]) == 1)
    assert site.ask(10) == {"blue": 10}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"taskDefinition": "web"}, "Unable to update task definition on services with a CODE_DEPLOY"),
        ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["a"]}}}, "update network parameters"),
        ({"loadBalancers": []}, "Unable to update load balancers"),
        ({"forceNewDeployment": True}, "Cannot force a new deployment"),
    ],
)
def test_code_deploy_owns_what_runs(site: Any, change: dict[str, Any], sentence: str) -> None:
    site.serve(site.define("blue"), desiredCount=0)
    with pytest.raises(ClientError, match=sentence):
        site.ecs.update_service(cluster=site.name, service="web", **change)


def test_the_desired_count_may_change_and_scales_the_task_set(site: Any, eventually: Any) -> None:
    site.serve(site.define("blue"))
    site.ecs.update_service(cluster=site.name, service="web", desiredCount=2)
    eventually(lambda: site.service()["runningCount"] == 2 and site.steady())
    (task_set,) = site.task_sets()
    site.ecs.update_task_set(
        cluster=site.name, service="web", taskSet=task_set, scale={"value": 50, "unit": "PERCENT"}
    )
    eventually(lambda: site.service()["runningCount"] == 1 and site.steady())


def test_an_external_service_starts_with_nothing(site: Any, eventually: Any) -> None:
    site.ecs.create_service(
        cluster=site.name, serviceName="web", desiredCount=1, deploymentController={"type": "EXTERNAL"}
    )
    assert site.service()["taskSets"] == []
    first, second = (site.add_task_set(site.define(colour)) for colour in ("blue", "green"))
    assert (first["status"], second["status"]) == ("PRIMARY", "ACTIVE")
    eventually(site.steady)
    for made, sentence in ((first, "with the force option"), (second, "scaled above 0")):
        with pytest.raises(ClientError, match=sentence):
            site.ecs.delete_task_set(cluster=site.name, service="web", taskSet=made["id"])


def test_task_sets_need_a_controller_that_uses_them(site: Any) -> None:
    site.serve(site.define("blue"), controller="ECS", desiredCount=0)
    with pytest.raises(ClientError, match="CODE_DEPLOY and EXTERNAL"):
        site.add_task_set(site.define("green"))
