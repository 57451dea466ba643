from itertools import combinations

import pytest

NAMES = {
    "Name",
    "AlarmName",
    "AliasName",
    "ApplicationName",
    "BucketName",
    "ClusterName",
    "ConnectionName",
    "DashboardName",
    "DeploymentConfigName",
    "DeploymentGroupName",
    "Family",
    "FunctionName",
    "LogGroupName",
    "PolicyName",
    "RepositoryName",
    "RoleName",
    "ServiceName",
    "TopicName",
}
# What AWS names itself, or what has its name within another resource or stack, and so cannot collide.
NAMELESS = {
    "AWS::EC2::EIP",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::Route",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::Subnet",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPC",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::ElasticLoadBalancingV2::ListenerRule",
    "AWS::IAM::Policy",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "Custom::S3AutoDeleteObjects",
}


def physical_names(rendered):
    names = {}
    for logical_id, resource in rendered["Resources"].items():
        kind = resource["Type"]
        if kind in NAMELESS or logical_id.startswith("CustomS3AutoDelete"):
            continue
        own = {
            value
            for key, value in resource["Properties"].items()
            if key in NAMES and isinstance(value, str) and not value.startswith(("${", "CodeDeployDefault."))
        }
        assert own, f"{logical_id} ({kind}) has no name of its own"
        names |= {(kind, name): logical_id for name in own}
    return set(names)


def test_every_physical_name_tells_service_and_environment(rendered):
    names = physical_names(rendered)
    assert len(names) > 25
    for kind, name in names:
        assert "hello" in name, kind
        assert "dev" in name, kind


def test_two_environments_share_no_name(rendered, synth, render_value):
    staging = physical_names(render_value(synth(context={"environmentSuffix": "staging"})))
    assert not physical_names(rendered) & staging
    assert {kind for kind, _ in staging} == {kind for kind, _ in physical_names(rendered)}


def test_no_two_stacks_of_a_promotion_share_a_name(promotion):
    names = {stack: physical_names(document) for stack, document in promotion.items()}
    assert len(names) == 4
    for one, other in combinations(names, 2):
        assert not names[one] & names[other]


def test_names_that_are_too_long_are_shortened_or_refused_as_the_caller_says(synth, of_type):
    document = synth(service="a-service-with-a-very-long-name", shorten_names=True)
    groups = of_type(document, "AWS::ElasticLoadBalancingV2::TargetGroup").values()
    names = {group["Name"] for group in groups}
    assert len(names) == 2
    assert {len(name) for name in names} == {32}
    assert synth(service="a-service-with-a-very-long-name", shorten_names=True) == document


def test_the_pattern_of_names_is_a_property(synth, render_value):
    document = render_value(synth(name_pattern="acme-{suffix}-{service}-{resource}"))
    for _, name in physical_names(document):
        assert "acme-dev-hello-" in name or name.startswith("/hello/dev/")


def test_the_variable_names_the_environment(synth, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "qa")
    assert "hello-pipeline-qa" in str(synth())


def test_the_context_wins_over_the_variable(synth, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "qa")
    text = str(synth(context={"environmentSuffix": "staging"}))
    assert "hello-pipeline-staging" in text
    assert "hello-pipeline-qa" not in text


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::EC2::VPC",
        "AWS::ECR::Repository",
        "AWS::ECS::Service",
        "AWS::CodePipeline::Pipeline",
        "AWS::SNS::Topic",
        "AWS::IAM::Role",
    ],
)
def test_resources_are_tagged(document, of_type, kind):
    tagged = next(iter(of_type(document, kind).values()))["Tags"]
    tags = {tag["Key"]: tag["Value"] for tag in tagged}
    assert tags.items() >= {"Environment": "dev", "Service": "hello", "ManagedBy": "shipway"}.items()
