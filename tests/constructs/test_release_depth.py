import pytest
import yaml

from shipway.constructs import App, BlueGreenPipeline, Engine, Stack, TrafficShift
from shipway.errors import InputError

# isort: split
from aws_cdk import Tags
from aws_cdk import aws_lambda as lambda_

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/0123"
ELB = "AWS::ElasticLoadBalancingV2"
GIVEN = {"service": "hello", "alert_emails": ["team@example.com"]}
EVENTS = {Engine.CODE_DEPLOY: "AfterAllowTestTraffic", Engine.ECS: "POST_TEST_TRAFFIC_SHIFT"}


def made(engine, **arguments):
    app = App()
    stack = Stack(app, "hello-dev")
    hook = lambda_.Function(
        stack,
        "Hook",
        function_name="hello-hook-dev",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
    )
    BlueGreenPipeline(
        stack,
        "Hello",
        **GIVEN,
        engine=engine,
        hooks={EVENTS[engine]: hook},
        max_count=6,
        max_latency_seconds=1.5,
        approval=True,
        dashboard=True,
        certificate_arn=CERTIFICATE,
        **arguments,
    )
    return app.synth().get_stack_by_name("hello-dev").template


@pytest.fixture(scope="module")
def deep(render_value):
    """Stacks with everything that a release can do, by engine."""
    return {engine: render_value(made(engine)) for engine in Engine}


both = pytest.mark.parametrize("engine", list(Engine))


@both
def test_production_and_test_are_https_and_http_redirects(deep, of_type, engine):
    listeners = {one["Port"]: one for one in of_type(deep[engine], f"{ELB}::Listener").values()}
    assert set(listeners) == {80, 443, 8080}
    for port in (443, 8080):
        assert listeners[port]["Protocol"] == "HTTPS"
        assert listeners[port]["Certificates"] == [{"CertificateArn": CERTIFICATE}]
        assert "TLS13" in listeners[port]["SslPolicy"]
    (action,) = listeners[80]["DefaultActions"]
    assert action["RedirectConfig"] == {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    assert deep[engine]["Outputs"]["LoadBalancerUrl"]["Value"].startswith("https://")


def test_codedeploy_shifts_the_https_listener(deep, of_type):
    document = deep[Engine.CODE_DEPLOY]
    (group,) = of_type(document, "AWS::CodeDeploy::DeploymentGroup").values()
    (pair,) = group["LoadBalancerInfo"]["TargetGroupPairInfoList"]
    (listener,) = pair["ProdTrafficRoute"]["ListenerArns"]
    assert of_type(document, f"{ELB}::Listener")[listener.strip("${}")]["Port"] == 443


@both
def test_a_slow_hundredth_of_requests_rolls_back_whichever_colour_it_is(deep, of_type, engine):
    alarms = of_type(deep[engine], "AWS::CloudWatch::Alarm").values()
    slow = [one for one in alarms if one["MetricName"] == "TargetResponseTime"]
    assert [(one["ExtendedStatistic"], one["Threshold"]) for one in slow] == [("p99", 1.5)] * 2
    assert {one["AlarmName"] for one in slow} == {"hello-blue-latency-dev", "hello-green-latency-dev"}


def test_codedeploy_calls_the_hook_and_hears_its_verdict(deep, of_type):
    document = deep[Engine.CODE_DEPLOY]
    (project,) = of_type(document, "AWS::CodeBuild::Project").values()
    commands = yaml.safe_load(project["Source"]["BuildSpec"])["phases"]["post_build"]["commands"]
    (written,) = (one for one in commands if "appspec.yaml" in one)
    ((hook, _),) = (
        (name, one)
        for name, one in of_type(document, "AWS::Lambda::Function").items()
        if one.get("FunctionName") == "hello-hook-dev"
    )
    app_spec = yaml.safe_load(written.split("\n", 1)[1].rpartition("END_OF_FILE")[0])
    assert app_spec["Hooks"] == [{"AfterAllowTestTraffic": f"${{{hook}}}"}]
    (role,) = (
        one
        for one in of_type(document, "AWS::IAM::Role").values()
        if one.get("RoleName") == "hello-release-role-dev"
    )
    invoke = [one for one in role["Policies"][0]["PolicyDocument"]["Statement"] if "lambda" in str(one)]
    assert [one["Resource"] for one in invoke] == [f"${{{hook}.Arn}}"]
    policies = of_type(document, "AWS::IAM::Policy").values()
    (answer,) = (
        one
        for policy in policies
        for one in policy["PolicyDocument"]["Statement"]
        if one["Action"] == "codedeploy:PutLifecycleEventHookExecutionStatus"
    )
    assert answer["Resource"].endswith(":deploymentgroup:hello-release-dev/hello-release-group-dev")


def test_ecs_calls_the_hook(deep, of_type):
    document = deep[Engine.ECS]
    (service,) = of_type(document, "AWS::ECS::Service").values()
    (hook,) = service["DeploymentConfiguration"]["LifecycleHooks"]
    assert hook["LifecycleStages"] == ["POST_TEST_TRAFFIC_SHIFT"]
    role = of_type(document, "AWS::IAM::Role")[hook["RoleArn"].strip("${}").partition(".")[0]]
    assert role["Policies"][0]["PolicyDocument"]["Statement"] == [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": hook["HookTargetArn"]}
    ]


@both
def test_scaling_knows_no_colour_and_a_stack_update_leaves_the_count_alone(deep, of_type, engine):
    document = deep[engine]
    (policy,) = of_type(document, "AWS::ApplicationAutoScaling::ScalingPolicy").values()
    metric = policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]
    # ALBRequestCountPerTarget would name one target group, and after a shift that one has no requests.
    assert metric == {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    (target,) = of_type(document, "AWS::ApplicationAutoScaling::ScalableTarget").values()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    (service,) = of_type(document, "AWS::ECS::Service").values()
    assert "DesiredCount" not in service


@both
def test_a_person_is_asked_by_the_topic_before_the_deployment(deep, of_type, engine):
    document = deep[engine]
    (pipeline,) = of_type(document, "AWS::CodePipeline::Pipeline").values()
    assert [stage["Name"] for stage in pipeline["Stages"]] == ["Source", "Build", "ApproveDeploy", "Deploy"]
    (topic,) = of_type(document, "AWS::SNS::Topic")
    (ask,) = pipeline["Stages"][2]["Actions"]
    assert ask["Configuration"]["NotificationArn"] == f"${{{topic}}}"
    (role,) = (
        one
        for one in of_type(document, "AWS::IAM::Role").values()
        if one.get("RoleName") == "hello-pipeline-role-dev"
    )
    publish = [
        one
        for policy in role["Policies"]
        for one in policy["PolicyDocument"]["Statement"]
        if one["Action"] == "sns:Publish"
    ]
    assert [one["Resource"] for one in publish] == [f"${{{topic}}}"]


@both
def test_the_dashboard_shows_both_colours(deep, of_type, engine):
    (dashboard,) = of_type(deep[engine], "AWS::CloudWatch::Dashboard").values()
    assert dashboard["DashboardName"] == "hello-release-dev"
    for metric in ("RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "HealthyHostCount"):
        assert dashboard["DashboardBody"].count(f'"{metric}"') == 2


def routes(document):
    """Whatever decides where traffic goes, as the template says it."""
    return {
        name: one
        for name, one in document["Resources"].items()
        if one["Type"] in (f"{ELB}::Listener", f"{ELB}::ListenerRule")
    }


@both
def test_no_ordinary_update_of_the_stack_touches_where_traffic_goes(engine):
    # CloudFormation leaves a resource alone whose text is unchanged; if it touched a listener, it would send
    # traffic back to the colour of the template (aws-cdk issue 36649).
    def document(tags=(), **arguments):
        app = App()
        stack = Stack(app, "hello-dev")
        BlueGreenPipeline(stack, "Hello", **{**GIVEN, **arguments}, engine=engine)
        for name in tags:
            Tags.of(stack).add(name, "value")
        return app.synth().get_stack_by_name("hello-dev").template

    before = document()
    after = document(
        tags=["CostCenter"],
        alert_emails=["other@example.com"],
        branch="trunk",
        health_check_path="/alive",
        desired_count=5,
        max_count=9,
        cpu=1024,
        memory_limit_mib=2048,
        environment={"MODE": "new"},
        traffic_shift=TrafficShift.linear(percent=20, minutes=2),
        keep_blue_minutes=30,
        max_5xx_per_minute=9,
        max_latency_seconds=2,
        approval=True,
        dashboard=True,
    )
    assert before != after
    assert routes(before)
    assert routes(after) == routes(before)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hooks": {"POST_SCALE_UP": None}}, "Use one of BeforeInstall"),
        ({"hooks": {"AfterInstall": None}, "engine": Engine.ECS}, "Use one of RECONCILE_SERVICE"),
        ({"max_count": 1}, "Use 4 or more"),
        ({"max_latency_seconds": 0}, "above 0 seconds"),
        ({"certificate_arn": "hello"}, "must be the ARN of a certificate"),
    ],
    ids=str,
)
def test_is_refused_with_the_remedy(arguments, message):
    with pytest.raises(InputError) as refused:
        BlueGreenPipeline(Stack(App(), "stack"), "Hello", **GIVEN, **arguments)
    assert message in str(refused.value)
    assert refused.value.remedy


def test_a_certificate_of_another_region_is_refused():
    stack = Stack(App(), "stack", env={"account": "123456789012", "region": "us-east-1"})
    with pytest.raises(InputError, match=r"takes only a certificate of us-east-1.*Request or import"):
        BlueGreenPipeline(stack, "Hello", **GIVEN, certificate_arn=CERTIFICATE)
