import pytest

NAMES = {
    "Name",
    "AlarmName",
    "ApplicationName",
    "BucketName",
    "ClusterName",
    "DeploymentGroupName",
    "Family",
    "LogGroupName",
    "RepositoryName",
    "RoleName",
    "ServiceName",
    "TopicName",
}


def physical_names(rendered):
    return {
        (resource["Type"], value)
        for resource in rendered["Resources"].values()
        for key, value in resource.get("Properties", {}).items()
        if key in NAMES and isinstance(value, str) and not value.startswith(("${", "com."))
    }


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
