import pytest


@pytest.fixture(scope="session")
def topic(rendered, of_type):
    (topic,) = of_type(rendered, "AWS::SNS::Topic")
    return f"${{{topic}}}"


def test_every_address_is_subscribed(synth, of_type):
    document = synth(alert_emails=["a@example.com", "b@example.com"])
    subscriptions = of_type(document, "AWS::SNS::Subscription").values()
    assert {(one["Protocol"], one["Endpoint"]) for one in subscriptions} == {
        ("email", "a@example.com"),
        ("email", "b@example.com"),
    }


def test_failures_of_each_part_are_told(rendered, of_type, topic):
    told = {
        rule["Name"]: (rule["EventPattern"]["source"], rule["EventPattern"]["detail-type"])
        for rule in of_type(rendered, "AWS::Events::Rule").values()
        if topic in [target["Arn"] for target in rule["Targets"]]
    }
    assert told == {
        "hello-pipeline-failed-dev": (
            ["aws.codepipeline"],
            ["CodePipeline Pipeline Execution State Change"],
        ),
        "hello-build-failed-dev": (["aws.codebuild"], ["CodeBuild Build State Change"]),
        "hello-deployment-failed-dev": (
            ["aws.codedeploy"],
            ["CodeDeploy Deployment State-change Notification"],
        ),
    }


def test_rules_watch_this_pipeline_build_and_deployment_only(rendered, of_type):
    rules = {
        rule["Name"]: rule["EventPattern"]["detail"]
        for rule in of_type(rendered, "AWS::Events::Rule").values()
        if "failed" in rule["Name"]
    }
    (pipeline,) = of_type(rendered, "AWS::CodePipeline::Pipeline")
    (project,) = of_type(rendered, "AWS::CodeBuild::Project")
    (application,) = of_type(rendered, "AWS::CodeDeploy::Application")
    (group,) = of_type(rendered, "AWS::CodeDeploy::DeploymentGroup")
    assert rules == {
        "hello-pipeline-failed-dev": {"pipeline": [f"${{{pipeline}}}"], "state": ["FAILED"]},
        "hello-build-failed-dev": {
            "project-name": [f"${{{project}}}"],
            "build-status": ["FAILED", "FAULT", "TIMED_OUT"],
        },
        "hello-deployment-failed-dev": {
            "application": [f"${{{application}}}"],
            "deploymentGroup": [f"${{{group}}}"],
            "state": ["FAILURE", "STOP"],
        },
    }


def test_a_mail_says_what_failed(rendered, of_type):
    rules = of_type(rendered, "AWS::Events::Rule").values()
    (rule,) = (rule for rule in rules if rule["Name"] == "hello-pipeline-failed-dev")
    transformer = rule["Targets"][0]["InputTransformer"]
    assert transformer["InputTemplate"].startswith('"hello in dev: pipeline failed"')
    assert set(transformer["InputPathsMap"].values()) == {
        "$.detail.pipeline",
        "$.detail.state",
        "$.detail.execution-id",
    }


def test_events_and_alarms_may_publish(rendered, of_type, topic):
    (policy,) = of_type(rendered, "AWS::SNS::TopicPolicy").values()
    assert policy["Topics"] == [topic]
    allowed = {
        statement["Principal"]["Service"]: statement.get("Condition")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and statement["Resource"] == topic
    }
    alarms = [f"${{{name}.Arn}}" for name in of_type(rendered, "AWS::CloudWatch::Alarm")]
    assert allowed["events.amazonaws.com"] is None
    assert allowed["cloudwatch.amazonaws.com"] == {"ArnEquals": {"aws:SourceArn": alarms}}


def test_alarms_tell_the_topic(rendered, of_type, topic):
    for alarm in of_type(rendered, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [topic]
