from types import SimpleNamespace

import pytest

from shipway.rehearsal import events as ev
from shipway.rehearsal.aws.observation import Observer
from shipway.rehearsal.delivery import Action, Delivery, Pipeline, Stage
from shipway.rehearsal.facts import TaskSet, Weight
from shipway.rehearsal.shift import ALL_AT_ONCE

PIPELINE = Pipeline(
    "web",
    (
        Stage("Build", (Action("Image", "Build", "CodeBuild"),)),
        Stage("Deploy", (Action("Shift", "Deploy", "CodeDeployToECS"),)),
    ),
)
DELIVERY = Delivery(
    pipeline=PIPELINE,
    repository="web",
    branch="main",
    clone_url="",
    application="web",
    deployment_group="web",
    shift=ALL_AT_ONCE,
    cluster="web",
    service="web",
    listener_arn="listener",
    target_groups={"arn:blue": "blue", "arn:green": "green"},
    health_check_path="/",
    recipients=(),
)


class Answers:
    """AWS: every call gives what the test has put here."""

    def __init__(self):
        self.actions = [{"Type": "forward", "TargetGroupArn": "arn:blue"}]
        self.details = []
        self.build = {"phases": [{"phaseType": "INSTALL"}], "buildComplete": False}
        self.builds_asked = 0

    @property
    def clients(self):
        return SimpleNamespace(
            elbv2=SimpleNamespace(
                describe_listeners=lambda **_: {"Listeners": [{"DefaultActions": self.actions}]},
                describe_target_health=lambda **_: {
                    "TargetHealthDescriptions": [
                        {"TargetHealth": {"State": "healthy"}},
                        {"TargetHealth": {"State": "initial"}},
                    ]
                },
            ),
            ecs=SimpleNamespace(
                describe_services=lambda **_: {
                    "services": [
                        {
                            "taskSets": [
                                {
                                    "id": "ecs-svc/1",
                                    "status": "PRIMARY",
                                    "taskDefinition": "arn:aws:ecs:eu-west-1:1:task-definition/web:3",
                                    "loadBalancers": [{"targetGroupArn": "arn:blue"}],
                                    "runningCount": 1,
                                    "computedDesiredCount": 2,
                                }
                            ]
                        }
                    ]
                }
            ),
            codepipeline=SimpleNamespace(
                get_pipeline_execution=lambda **_: {"pipelineExecution": {"status": "InProgress"}},
                list_action_executions=lambda **_: {"actionExecutionDetails": self.details},
                list_pipeline_executions=lambda **_: {
                    "pipelineExecutionSummaries": [
                        {"pipelineExecutionId": "later", "sourceRevisions": [{"revisionId": "def"}]},
                        {"pipelineExecutionId": "ours", "sourceRevisions": [{"revisionId": "abc"}]},
                    ]
                },
            ),
            codebuild=SimpleNamespace(batch_get_builds=self._builds),
            codedeploy=SimpleNamespace(
                get_deployment=lambda **_: {
                    "deploymentInfo": {"status": "Failed", "errorInformation": {"message": "too slow"}}
                },
                list_deployment_targets=lambda **_: {"targetIds": ["t"]},
                batch_get_deployment_targets=lambda **_: {
                    "deploymentTargets": [
                        {
                            "ecsTarget": {
                                "lifecycleEvents": [{"lifecycleEventName": "Install", "status": "Failed"}]
                            }
                        }
                    ]
                },
            ),
        )

    def _builds(self, **_):
        self.builds_asked += 1
        return {"builds": [self.build]}


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def observer(answers):
    return Observer(answers.clients, DELIVERY)


def of(snapshot, kind):
    return [fact for fact in snapshot.facts if isinstance(fact, kind)]


@pytest.mark.parametrize(
    ("actions", "weights"),
    [
        ([{"Type": "forward", "TargetGroupArn": "arn:blue"}], (100, 0)),
        (
            [
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": [
                            {"TargetGroupArn": "arn:blue", "Weight": 3},
                            {"TargetGroupArn": "arn:green", "Weight": 1},
                        ]
                    },
                }
            ],
            (75, 25),
        ),
        (
            [
                {
                    "Type": "forward",
                    "TargetGroupArn": "arn:green",
                    "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "arn:green"}]},
                }
            ],
            (0, 100),
        ),
        ([{"Type": "fixed-response"}], (0, 0)),
    ],
    ids=["one group", "weights", "both spellings", "no group"],
)
def test_shares_of_the_production_listener(answers, observer, actions, weights):
    answers.actions = actions
    (event,) = of(observer.snapshot(None), ev.WeightsChanged)
    assert event.weights == (Weight("blue", weights[0]), Weight("green", weights[1]))


def test_targets_and_task_sets(observer):
    snapshot = observer.snapshot(None)
    assert of(snapshot, ev.TargetsChanged)[0] == ev.TargetsChanged("blue", 1, "1 healthy, 1 initial")
    assert snapshot.task_sets == (TaskSet("ecs-svc/1", "PRIMARY", "web:3", "blue", 1, 2),)


def detail(stage, action, status, external="", message=""):
    result = {"externalExecutionId": external, "errorDetails": {"message": message}}
    return {"stageName": stage, "actionName": action, "status": status, "output": {"executionResult": result}}


def test_an_execution_with_its_build_and_its_deployment(answers, observer):
    answers.details = [
        detail("Deploy", "Shift", "Failed", "d-1", "it failed"),
        detail("Build", "Image", "Succeeded", "web:1"),
    ]
    snapshot = observer.snapshot("e")
    assert [type(fact).__name__ for fact in snapshot.facts[:6]] == [
        "ExecutionChanged",
        "ActionChanged",
        "BuildPhaseChanged",
        "ActionChanged",
        "DeploymentChanged",
        "LifecycleEventChanged",
    ]
    assert of(snapshot, ev.BuildPhaseChanged) == [ev.BuildPhaseChanged("web:1", "INSTALL", "IN_PROGRESS")]
    assert snapshot.failed_action.detail == "it failed"
    assert snapshot.deployment == ev.DeploymentChanged("d-1", "Failed", "too slow")


def test_a_finished_build_is_asked_for_once(answers, observer):
    answers.details = [detail("Build", "Image", "Succeeded", "web:1")]
    observer.snapshot("e")
    answers.build = {**answers.build, "buildComplete": True}
    for _ in range(3):
        observer.snapshot("e")
    assert answers.builds_asked == 2


def test_an_execution_is_found_by_its_commit(observer):
    assert observer.execution_of("abc") == "ours"
    assert observer.execution_of("xyz") is None
