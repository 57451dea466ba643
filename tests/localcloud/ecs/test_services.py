"""Services whose tasks ECS itself replaces, and what keeps any service alive."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


def rolled_out(site: Any) -> bool:
    deployments = site.service()["deployments"]
    return [item["rolloutState"] for item in deployments] == ["COMPLETED"]


def test_a_rolling_update_replaces_tasks_without_a_gap(site: Any, eventually: Any) -> None:
    site.serve(site.define("one"), controller="ECS", desiredCount=2)
    eventually(lambda: rolled_out(site))
    site.ecs.update_service(cluster=site.name, service="web", taskDefinition=site.define("two"))
    seen: dict[str, int] = {}

    def arrived() -> bool:
        for answer, count in site.ask(5).items():
            seen[answer] = seen.get(answer, 0) + count
        return rolled_out(site)

    eventually(arrived, timeout=40)
    assert set(seen) <= {"one", "two"}
    assert site.ask(10) == {"two": 10}
    assert len(site.tasks()) == 2


def test_the_circuit_breaker_rolls_back(site: Any, eventually: Any) -> None:
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    good = site.define("one")
    site.serve(good, controller="ECS", deploymentConfiguration=breaker)
    eventually(lambda: rolled_out(site))
    bad = site.define("two", command=["/no/such/program"])
    site.ecs.update_service(cluster=site.name, service="web", taskDefinition=bad)
    eventually(lambda: site.service()["taskDefinition"] == good and rolled_out(site), timeout=40)
    assert any("deployment failed: tasks failed to start" in message for message in site.messages())
    assert site.ask(5) == {"one": 5}


def test_a_task_that_ends_is_replaced(site: Any, eventually: Any) -> None:
    site.serve(site.define("blue"))
    eventually(site.steady)
    (before,) = site.tasks()
    site.ecs.stop_task(cluster=site.name, task=before["taskArn"], reason="drill")

    def replaced() -> bool:
        # In this order: what is steady is then the new task, not what is still said of the old one.
        return [task["taskArn"] for task in site.tasks()] not in ([], [before["taskArn"]]) and site.steady()

    assert eventually(replaced)
    assert site.ask() == {"blue": 1}


def test_tasks_that_cannot_start_back_off_and_the_service_says_so(site: Any, eventually: Any) -> None:
    site.serve(site.define("blue", command=["/no/such/program"]))
    impaired = "is unable to consistently start tasks successfully"
    eventually(lambda: any(impaired in message for message in site.messages()))


def test_events_reach_the_bus_as_aws_sends_them(site: Any, eventually: Any) -> None:
    events, sqs = site.ground.clients["events"], site.ground.clients["sqs"]
    queue = sqs.create_queue(QueueName=site.name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    pattern = {"source": ["aws.ecs"], "detail": {"clusterArn": [{"suffix": f"/{site.name}"}]}}
    events.put_rule(Name=site.name, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=site.name, Targets=[{"Id": "q", "Arn": arn}])
    site.serve(site.define("blue"))
    seen: list[dict[str, Any]] = []

    def steady_state_came() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            seen.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return any(event["detail"].get("eventName") == "SERVICE_STEADY_STATE" for event in seen)

    eventually(steady_state_came)
    events.remove_targets(Rule=site.name, Ids=["q"])
    events.delete_rule(Name=site.name)
    changes = [event for event in seen if event["detail-type"] == "ECS Task State Change"]
    assert {event["detail"]["lastStatus"] for event in changes} >= {"PROVISIONING", "PENDING", "RUNNING"}
    assert changes[0]["detail"]["group"] == "service:web"
    assert changes[0]["detail"]["createdAt"].endswith("Z")


def test_a_deleted_service_drains_and_stays_as_inactive(site: Any, eventually: Any) -> None:
    site.serve(site.define("blue"))
    eventually(site.steady)
    with pytest.raises(ClientError, match="while it is scaled above 0"):
        site.ecs.delete_service(cluster=site.name, service="web")
    with pytest.raises(ClientError, match="not idempotent"):
        site.serve(site.define("blue"))
    with pytest.raises(ClientError, match="while Services are active"):
        site.ecs.delete_cluster(cluster=site.name)
    site.ecs.delete_service(cluster=site.name, service="web", force=True)
    eventually(lambda: site.service()["status"] == "INACTIVE")
    assert site.tasks() == []
    assert site.health(site.blue) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"networkConfiguration": {}}, "Network Configuration must be provided"),
        ({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0"]}}}, "subnet-0"),
        ({"loadBalancers": [{"containerName": "api", "containerPort": 80}]}, "container api does not exist"),
        ({"loadBalancers": [{"containerName": "web", "containerPort": 1}]}, "container port 1 defined"),
        ({"taskDefinition": "nothing"}, "TaskDefinition not found"),
        ({"deploymentConfiguration": {"strategy": "CANARY"}}, "does not emulate the CANARY strategy"),
    ],
)
def test_what_aws_refuses_of_a_service(site: Any, change: dict[str, Any], sentence: str) -> None:
    request = {
        "cluster": site.name,
        "serviceName": "web",
        "taskDefinition": site.define("blue"),
        "launchType": "FARGATE",
        "networkConfiguration": site.network,
        **change,
    }
    with pytest.raises(ClientError, match=sentence):
        site.ecs.create_service(**request)


def test_a_target_group_without_a_load_balancer_is_refused(site: Any) -> None:
    site.blue = site.green  # which no listener forwards to
    with pytest.raises(ClientError, match="does not have an associated load balancer"):
        site.serve(site.define("blue"))
