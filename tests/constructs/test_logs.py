from aws_cdk.aws_logs import RetentionDays


def test_every_log_group_is_declared_and_expires_after_30_days(document, of_type):
    groups = of_type(document, "AWS::Logs::LogGroup").values()
    assert {group["LogGroupName"]: group["RetentionInDays"] for group in groups} == {
        "/aws/codebuild/hello-build-dev": 30,
        "/ecs/hello-service-dev": 30,
        "/aws/events/hello-pipeline-dev": 30,
        "/aws/lambda/hello-bucket-cleanup-dev": 30,
    }


def test_whoever_writes_logs_writes_to_a_declared_group(rendered, of_type):
    (project,) = of_type(rendered, "AWS::CodeBuild::Project").values()
    (task,) = of_type(rendered, "AWS::ECS::TaskDefinition").values()
    (function,) = of_type(rendered, "AWS::Lambda::Function").values()
    used = {
        project["LogsConfig"]["CloudWatchLogs"]["GroupName"],
        task["ContainerDefinitions"][0]["LogConfiguration"]["Options"]["awslogs-group"],
        function["LoggingConfig"]["LogGroup"],
    }
    assert used < {f"${{{name}}}" for name in of_type(rendered, "AWS::Logs::LogGroup")}
    assert project["LogsConfig"]["CloudWatchLogs"]["Status"] == "ENABLED"


def test_the_pipelines_history_goes_to_a_group_that_events_may_write(rendered, of_type):
    rules = of_type(rendered, "AWS::Events::Rule").values()
    (history,) = (rule for rule in rules if rule["Name"] == "hello-history-dev")
    ((pipeline, _),) = of_type(rendered, "AWS::CodePipeline::Pipeline").items()
    assert history["EventPattern"] == {
        "source": ["aws.codepipeline"],
        "detail": {"pipeline": [f"${{{pipeline}}}"]},
    }
    group = history["Targets"][0]["Arn"].rpartition(":")[2]
    (policy,) = of_type(rendered, "AWS::Logs::ResourcePolicy").values()
    assert '"events.amazonaws.com"' in policy["PolicyDocument"]
    assert group.strip("${}") in policy["PolicyDocument"]


def test_retention_can_be_chosen(synth, of_type):
    groups = of_type(synth(log_retention=RetentionDays.ONE_YEAR), "AWS::Logs::LogGroup").values()
    kept = {group["LogGroupName"]: group["RetentionInDays"] for group in groups}
    assert kept["/ecs/hello-service-dev"] == kept["/aws/codebuild/hello-build-dev"] == 365
