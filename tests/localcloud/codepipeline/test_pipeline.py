"""Pipelines that need no build: sources, approvals, S3, transitions, stops, retries, events."""

import io
import json
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def action(
    name: str,
    kind: str,
    configuration: dict[str, str] | None = None,
    inputs: str = "",
    outputs: str = "",
    **more: Any,
) -> dict[str, Any]:
    category, provider = kind.split("/")
    return {
        "name": name,
        "actionTypeId": {"category": category, "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": configuration or {},
        "inputArtifacts": [{"name": each} for each in inputs.split()],
        "outputArtifacts": [{"name": each} for each in outputs.split()],
        **more,
    }


@dataclass
class World:
    """A role, a source, a store and a site, and the pipelines made of them."""

    cloud: Any
    eventually: Any
    role: str
    name: str = field(default_factory=lambda: f"p-{uuid.uuid4().hex[:8]}")

    def __post_init__(self) -> None:
        self.api = self.cloud.client("codepipeline")
        self.s3 = self.cloud.client("s3")
        for bucket in (self.source, self.store, self.site):
            self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=self.source, VersioningConfiguration={"Status": "Enabled"})

    source = property(lambda self: f"{self.name}-source")
    store = property(lambda self: f"{self.name}-store")
    site = property(lambda self: f"{self.name}-site")

    def fetch(self, **configuration: str) -> dict[str, Any]:
        settings = {"S3Bucket": self.source, "S3ObjectKey": "app.zip", "PollForSourceChanges": "false"}
        return action("Fetch", "Source/S3", settings | configuration, outputs="Code", namespace="Fetched")

    def put(self, key: str = "#{Fetched.VersionId}") -> dict[str, Any]:
        return action(
            "Put", "Deploy/S3", {"BucketName": self.site, "Extract": "true", "ObjectKey": key}, "Code"
        )

    def push(self, text: str) -> str:
        answer = self.s3.put_object(Bucket=self.source, Key="app.zip", Body=zipped(page=text))
        return str(answer["VersionId"])

    def create(self, *stages: tuple[str, list[dict[str, Any]]], **more: Any) -> str:
        """Create the pipeline; the id of the execution that starts by itself."""
        self.api.create_pipeline(
            pipeline={
                "name": self.name,
                "roleArn": self.role,
                "pipelineType": "V2",
                "artifactStore": {"type": "S3", "location": self.store},
                "stages": [{"name": name, "actions": actions} for name, actions in stages],
                **more,
            }
        )
        return str(self.executions()[-1]["pipelineExecutionId"])

    def start(self, **arguments: Any) -> str:
        return str(self.api.start_pipeline_execution(name=self.name, **arguments)["pipelineExecutionId"])

    def executions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.api.list_pipeline_executions(pipelineName=self.name)[
            "pipelineExecutionSummaries"
        ]
        return found

    def status(self, execution: str) -> str:
        answer = self.api.get_pipeline_execution(pipelineName=self.name, pipelineExecutionId=execution)
        return str(answer["pipelineExecution"]["status"])

    def ends(self, execution: str, status: str) -> None:
        self.eventually(lambda: self.status(execution) not in ("InProgress", "Stopping"))
        assert self.status(execution) == status, self.failures(execution)

    def failures(self, execution: str) -> list[tuple[str, dict[str, str]]]:
        details = self.api.list_action_executions(
            pipelineName=self.name, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        return [
            (each["actionName"], each["output"]["executionResult"]["errorDetails"])
            for each in details
            if "errorDetails" in each["output"]["executionResult"]
        ]

    def stage(self, name: str) -> dict[str, Any]:
        states = self.api.get_pipeline_state(name=self.name)["stageStates"]
        return next(each for each in states if each["stageName"] == name)

    def holder(self, stage: str) -> str:
        return str(self.stage(stage).get("latestExecution", {}).get("pipelineExecutionId"))

    def answer(self, status: str, stage: str = "Approve") -> None:
        token = self.eventually(
            lambda: self.stage(stage)["actionStates"][0].get("latestExecution", {}).get("token")
        )
        self.api.put_approval_result(
            pipelineName=self.name,
            stageName=stage,
            actionName="Ask",
            token=token,
            result={"status": status, "summary": f"{status} by the test"},
        )


@pytest.fixture(scope="module")
def role(cloud: Any) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "codepipeline.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = cloud.client("iam").create_role(
        RoleName=f"pipeline-{uuid.uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust)
    )
    return str(made["Role"]["Arn"])


@pytest.fixture
def world(cloud: Any, eventually: Any, role: str) -> World:
    return World(cloud, eventually, role)


def test_new_pipeline_starts_once_and_carries_the_artifact_to_its_end(world: World):
    version = world.push("hello")
    execution = world.create(("Source", [world.fetch()]), ("Deploy", [world.put()]))
    world.ends(execution, "Succeeded")
    assert world.s3.get_object(Bucket=world.site, Key=f"{version}/page")["Body"].read() == b"hello"
    (summary,) = world.executions()
    assert summary["trigger"]["triggerType"] == "CreatePipeline"
    assert summary["sourceRevisions"][0]["revisionId"] == version
    (stored,) = world.s3.list_objects_v2(Bucket=world.store)["Contents"]
    pipeline, artifact, random = stored["Key"].split("/")
    assert (pipeline, artifact, len(random)) == (world.name[:20], "Code", 7)


def test_branch_that_does_not_exist_fails_the_source_with_awss_words(world: World):
    world.cloud.client("codecommit").create_repository(repositoryName=world.name)
    settings = {"RepositoryName": world.name, "BranchName": "main", "PollForSourceChanges": "false"}
    fetch = action("Fetch", "Source/CodeCommit", settings, outputs="Code")
    execution = world.create(("Source", [fetch]), ("Deploy", [world.put("x")]))
    world.ends(execution, "Failed")
    ((name, error),) = world.failures(execution)
    assert name == "Fetch"
    assert error["message"].startswith(
        "The action failed because no branch named main was found in the selected AWS CodeCommit "
        f"repository {world.name}"
    )


def test_commit_travels_with_its_variables(world: World):
    codecommit = world.cloud.client("codecommit")
    codecommit.create_repository(repositoryName=world.name)
    made = codecommit.put_file(
        repositoryName=world.name,
        branchName="main",
        filePath="page",
        fileContent=b"hello",
        commitMessage="Say hello",
    )
    settings = {"RepositoryName": world.name, "BranchName": "main", "PollForSourceChanges": "false"}
    fetch = action("Fetch", "Source/CodeCommit", settings, outputs="Code", namespace="Fetched")
    execution = world.create(
        ("Source", [fetch]), ("Deploy", [world.put("#{Fetched.BranchName}/#{Fetched.CommitMessage}")])
    )
    world.ends(execution, "Succeeded")
    assert world.s3.get_object(Bucket=world.site, Key="main/Say hello/page")["Body"].read() == b"hello"
    assert world.executions()[0]["sourceRevisions"][0]["revisionId"] == made["commitId"]


def test_rejected_approval_fails_and_a_retry_asks_again(world: World):
    world.push("hello")
    execution = world.create(
        ("Source", [world.fetch()]),
        ("Approve", [action("Ask", "Approval/Manual")]),
        ("Deploy", [world.put("site")]),
    )
    world.answer("Rejected")
    world.ends(execution, "Failed")
    assert world.failures(execution) == [("Ask", {"code": "JobFailed", "message": "Rejected by the test"})]
    world.api.retry_stage_execution(
        pipelineName=world.name,
        stageName="Approve",
        pipelineExecutionId=execution,
        retryMode="FAILED_ACTIONS",
    )
    world.answer("Approved")
    world.ends(execution, "Succeeded")


def test_execution_behind_a_disabled_transition_is_superseded(world: World):
    world.push("one")
    first = world.create(("Source", [world.fetch()]), ("Deploy", [world.put("site")]))
    world.ends(first, "Succeeded")
    transition = {"pipelineName": world.name, "stageName": "Deploy", "transitionType": "Inbound"}
    world.api.disable_stage_transition(**transition, reason="freeze")
    second = world.start()
    world.eventually(
        lambda: world.stage("Deploy").get("inboundExecution", {}).get("pipelineExecutionId") == second
    )
    third = world.start()
    world.ends(second, "Superseded")
    assert world.stage("Deploy")["inboundTransitionState"]["disabledReason"] == "freeze"
    world.api.enable_stage_transition(**transition)
    world.ends(third, "Succeeded")


def test_queued_executions_wait_for_each_other(world: World):
    world.push("hello")
    stages = (("Source", [world.fetch()]), ("Approve", [action("Ask", "Approval/Manual")]))
    first = world.create(*stages, executionMode="QUEUED")
    second, third = world.start(), world.start()
    for execution in (first, second, third):
        world.eventually(lambda e=execution: world.holder("Approve") == e)
        world.answer("Approved")
        world.ends(execution, "Succeeded")


@pytest.mark.parametrize(("abandon", "action_status"), [(True, "Abandoned"), (False, "Succeeded")])
def test_stop_abandons_or_waits_for_the_running_action(world: World, *, abandon: bool, action_status: str):
    world.push("hello")
    execution = world.create(
        ("Source", [world.fetch()]),
        ("Approve", [action("Ask", "Approval/Manual")]),
        ("Deploy", [world.put("site")]),
    )
    world.eventually(lambda: world.stage("Approve").get("latestExecution"))
    world.api.stop_pipeline_execution(
        pipelineName=world.name, pipelineExecutionId=execution, abandon=abandon, reason="enough"
    )
    if not abandon:
        assert world.status(execution) == "Stopping"
        world.answer("Approved")
    world.ends(execution, "Stopped")
    ask = world.stage("Approve")["actionStates"][0]["latestExecution"]
    assert ask["status"] == action_status
    assert world.executions()[0]["stopTrigger"] == {"reason": "enough"}
    assert "Contents" not in world.s3.list_objects_v2(Bucket=world.site)


def test_actions_of_one_run_order_run_side_by_side(world: World):
    world.push("hello")
    asks = [action("Ask", "Approval/Manual"), action("Also", "Approval/Manual")]
    last = action("Last", "Approval/Manual", runOrder=2)
    world.create(("Source", [world.fetch()]), ("Approve", [*asks, last]))

    def running() -> list[str]:
        states = world.stage("Approve")["actionStates"]
        return [each["actionName"] for each in states if "latestExecution" in each]

    world.eventually(lambda: running() == ["Ask", "Also"])


def test_provider_that_is_not_emulated_fails_and_is_said(world: World):
    world.push("hello")
    execution = world.create(
        ("Source", [world.fetch()]), ("Deploy", [action("Go", "Deploy/ElasticBeanstalk")])
    )
    world.ends(execution, "Failed")
    ((_, error),) = world.failures(execution)
    assert "does not emulate the action provider Deploy/AWS/ElasticBeanstalk" in error["message"]
    entries = world.cloud.control("ledger")["entries"]
    assert any(each["what"] == "CodePipeline action Deploy/AWS/ElasticBeanstalk" for each in entries)


def test_rule_starts_the_pipeline_and_hears_of_its_end(world: World):
    world.push("hello")
    world.ends(world.create(("Source", [world.fetch()]), ("Deploy", [world.put("site")])), "Succeeded")
    events, sqs = world.cloud.client("events"), world.cloud.client("sqs")
    arn = world.api.get_pipeline(name=world.name)["metadata"]["pipelineArn"]
    queue = sqs.create_queue(QueueName=world.name)["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    pattern = {"source": ["aws.codepipeline"], "detail": {"pipeline": [world.name]}}
    events.put_rule(Name=f"{world.name}-hear", EventPattern=json.dumps(pattern))
    events.put_targets(Rule=f"{world.name}-hear", Targets=[{"Id": "q", "Arn": queue_arn}])
    rule = events.put_rule(Name=f"{world.name}-go", EventPattern=json.dumps({"source": [world.name]}))[
        "RuleArn"
    ]
    events.put_targets(Rule=f"{world.name}-go", Targets=[{"Id": "p", "Arn": arn, "RoleArn": world.role}])
    events.put_events(Entries=[{"Source": world.name, "DetailType": "push", "Detail": "{}"}])
    world.eventually(lambda: len(world.executions()) == 2)
    execution = world.executions()[0]
    assert execution["trigger"] == {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    world.ends(execution["pipelineExecutionId"], "Succeeded")
    heard: list[dict[str, Any]] = []

    def all_heard() -> bool:
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            heard.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(heard) == 10

    world.eventually(all_heard)
    heard.sort(key=lambda event: event["time"])
    states = {(e["detail-type"].split()[1], e["detail"]["state"]) for e in heard}
    assert states == {
        (kind, state) for kind in ("Pipeline", "Stage", "Action") for state in ("STARTED", "SUCCEEDED")
    }
    for event in heard:
        assert event["resources"] == [arn]
        assert event["detail"]["execution-id"] == execution["pipelineExecutionId"]
    put = next(e for e in heard if e["detail"].get("action") == "Put" and e["detail"]["state"] == "STARTED")
    assert put["detail"]["type"] == {"owner": "AWS", "category": "Deploy", "provider": "S3", "version": "1"}
    assert put["detail"]["input-artifacts"][0]["s3location"]["bucket"] == world.store
    started = next(e for e in heard if e["detail-type"].startswith("CodePipeline Pipeline"))
    assert started["detail"]["version"] == 1.0


def test_source_is_polled_when_nothing_forbids_it(world: World):
    world.push("one")
    fetch = world.fetch()
    del fetch["configuration"]["PollForSourceChanges"]
    world.ends(world.create(("Source", [fetch]), ("Deploy", [world.put()])), "Succeeded")
    version = world.push("two")
    world.eventually(lambda: len(world.executions()) == 2)
    newest = world.executions()[0]
    assert newest["trigger"]["triggerType"] == "PollForSourceChanges"
    world.ends(newest["pipelineExecutionId"], "Succeeded")
    assert world.s3.get_object(Bucket=world.site, Key=f"{version}/page")["Body"].read() == b"two"


def test_variables_and_source_revisions_of_a_start_are_taken(world: World):
    old = world.push("old")
    world.push("new")
    stages = (("Source", [world.fetch()]), ("Deploy", [world.put("#{variables.Folder}")]))
    world.ends(world.create(*stages, variables=[{"name": "Folder", "defaultValue": "usual"}]), "Succeeded")
    revision = {"actionName": "Fetch", "revisionType": "S3_OBJECT_VERSION_ID", "revisionValue": old}
    execution = world.start(variables=[{"name": "Folder", "value": "special"}], sourceRevisions=[revision])
    world.ends(execution, "Succeeded")
    assert world.s3.get_object(Bucket=world.site, Key="special/page")["Body"].read() == b"old"
    with pytest.raises(ClientError, match="ValidationException"):
        world.start(variables=[{"name": "Nothing", "value": "x"}])


def test_stack_creates_updates_and_deletes_a_pipeline(world: World):
    world.push("hello")

    def upper(value: Any) -> Any:
        if isinstance(value, dict):
            return {(k[0].upper() + k[1:]): v if k == "configuration" else upper(v) for k, v in value.items()}
        return [upper(each) for each in value] if isinstance(value, list) else value

    def template(folder: str) -> str:
        properties = {
            "RoleArn": world.role,
            "PipelineType": "V2",
            "ArtifactStore": {"Type": "S3", "Location": world.store},
            "Stages": upper(
                [
                    {"name": "Source", "actions": [world.fetch()]},
                    {"name": "Deploy", "actions": [world.put(folder)]},
                ]
            ),
            "DisableInboundStageTransitions": [{"StageName": "Deploy", "Reason": "not yet"}],
            "Tags": [{"Key": "Service", "Value": "hello"}],
        }
        resources = {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": properties}}
        return json.dumps({"Resources": resources, "Outputs": {"Name": {"Value": {"Ref": "Pipeline"}}}})

    formation, stack_name = world.cloud.client("cloudformation"), world.name
    before, after = template("a"), template("b")

    def reaches(status: str) -> Any:
        def stack() -> Any:
            (found,) = formation.describe_stacks(StackName=stack_name)["Stacks"]
            return found["StackStatus"] == status and found

        return world.eventually(stack)

    formation.create_stack(StackName=stack_name, TemplateBody=before)
    world.name = reaches("CREATE_COMPLETE")["Outputs"][0]["OutputValue"]
    assert world.name.startswith(f"{stack_name}-Pipeline-")
    assert world.stage("Deploy")["inboundTransitionState"]["enabled"] is False
    arn = world.api.get_pipeline(name=world.name)["metadata"]["pipelineArn"]
    assert world.api.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "Service", "value": "hello"}]
    world.eventually(lambda: world.stage("Deploy").get("inboundExecution"))
    formation.update_stack(StackName=stack_name, TemplateBody=after)
    assert reaches("UPDATE_COMPLETE")["Outputs"][0]["OutputValue"] == world.name
    declared = world.api.get_pipeline(name=world.name)["pipeline"]
    assert declared["version"] == 2
    assert declared["stages"][1]["actions"][0]["configuration"]["ObjectKey"] == "b"
    formation.delete_stack(StackName=stack_name)
    world.eventually(lambda: world.name not in [p["name"] for p in world.api.list_pipelines()["pipelines"]])
