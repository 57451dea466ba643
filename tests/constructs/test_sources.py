import json

import pytest

from shipway.constructs import (
    App,
    BlueGreenPipeline,
    BucketSource,
    ConnectionSource,
    Engine,
    ImageSource,
    Removal,
    Stack,
    naming_for,
)
from shipway.errors import InputError

# isort: split
from aws_cdk import aws_ecr as ecr

CONNECTION = "arn:aws:codestar-connections:eu-west-1:123456789012:connection/0123"


def connection(stack, **arguments):
    given = {"repository": "acme/hello", **arguments}
    return ConnectionSource(stack, "Source", naming=naming_for(stack, "hello"), **given)


def bucket(stack, **arguments):
    naming = naming_for(stack, "hello")
    return BucketSource(stack, "Source", naming=naming, removal=Removal(protected=False), **arguments)


def image(stack, **arguments):
    repository = ecr.Repository.from_repository_name(stack, "Images", "team/hello")
    given = {"tag": "release", **arguments}
    return ImageSource(stack, "Source", naming=naming_for(stack, "hello"), repository=repository, **given)


@pytest.fixture(scope="module")
def delivered(render_value):
    """The stack that delivers a source."""

    def synthesize(source, engine=Engine.CODE_DEPLOY, **arguments):
        app = App()
        stack = Stack(app, "hello-dev")
        BlueGreenPipeline(
            stack,
            "Hello",
            service="hello",
            alert_emails=["team@example.com"],
            engine=engine,
            source=source(stack, **arguments),
        )
        return render_value(app.synth().get_stack_by_name("hello-dev").template)

    return synthesize


@pytest.fixture(scope="module")
def from_connection(delivered):
    return delivered(connection, paths=["service/**"])


@pytest.fixture(scope="module")
def from_bucket(delivered):
    return delivered(bucket)


@pytest.fixture(scope="module")
def from_image(delivered):
    return delivered(image)


def source_action(document, of_type):
    (pipeline,) = of_type(document, "AWS::CodePipeline::Pipeline").values()
    (action,) = pipeline["Stages"][0]["Actions"]
    return action


def allowed_to_the_pipeline(document, of_type):
    (role,) = (
        role
        for role in of_type(document, "AWS::IAM::Role").values()
        if role.get("RoleName") == "hello-pipeline-role-dev"
    )
    (policy,) = (one for one in role["Policies"] if one["PolicyName"] == "Source")
    return policy["PolicyDocument"]["Statement"]


def trigger(document, of_type):
    (rule,) = (
        rule
        for rule in of_type(document, "AWS::Events::Rule").values()
        if rule["Name"] == "hello-trigger-dev"
    )
    return rule


def test_a_connection_is_created_and_used(from_connection, of_type):
    ((connection_id, created),) = of_type(from_connection, "AWS::CodeConnections::Connection").items()
    assert created["ProviderType"] == "GitHub"
    assert source_action(from_connection, of_type)["Configuration"] == {
        "ConnectionArn": f"${{{connection_id}.ConnectionArn}}",
        "FullRepositoryId": "acme/hello",
        "BranchName": "main",
        "OutputArtifactFormat": "CODE_ZIP",
    }
    assert allowed_to_the_pipeline(from_connection, of_type)[0] == {
        "Effect": "Allow",
        "Action": "codeconnections:UseConnection",
        "Resource": f"${{{connection_id}.ConnectionArn}}",
    }


def push_filter(document, of_type):
    (pipeline,) = of_type(document, "AWS::CodePipeline::Pipeline").values()
    (declared,) = pipeline["Triggers"]
    configuration = declared["GitConfiguration"]
    assert configuration["SourceActionName"] == pipeline["Stages"][0]["Actions"][0]["Name"]
    (push,) = configuration["Push"]
    return push


def test_a_push_to_the_branch_that_touches_a_path_starts_the_pipeline(from_connection, of_type):
    assert push_filter(from_connection, of_type) == {
        "Branches": {"Includes": ["main"]},
        "FilePaths": {"Includes": ["service/**"]},
    }
    rules = of_type(from_connection, "AWS::Events::Rule").values()
    assert "hello-trigger-dev" not in {rule["Name"] for rule in rules}


def test_tags_start_the_pipeline_instead(delivered, of_type):
    document = delivered(connection, tags=["v*"], connection_arn=CONNECTION)
    assert push_filter(document, of_type) == {"Tags": {"Includes": ["v*"]}}
    # The prefix of the action follows the ARN.
    assert allowed_to_the_pipeline(document, of_type)[0]["Action"] == "codestar-connections:UseConnection"
    assert "AWS::CodeConnections::Connection" not in str(document)


def test_an_upload_starts_the_pipeline(from_bucket, of_type):
    source = {
        name: one
        for name, one in of_type(from_bucket, "AWS::S3::Bucket").items()
        if "source" in one["BucketName"]
    }
    ((bucket_id, properties),) = source.items()
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    assert trigger(from_bucket, of_type)["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [f"${{{bucket_id}}}"]}, "object": {"key": ["source.zip"]}},
    }
    configuration = source_action(from_bucket, of_type)["Configuration"]
    assert configuration["PollForSourceChanges"] is False
    assert configuration["S3ObjectKey"] == "source.zip"


def test_the_pipeline_reads_that_object_only(from_bucket, of_type):
    statements = allowed_to_the_pipeline(from_bucket, of_type)
    (read,) = (one for one in statements if one["Action"] == ["s3:GetObject", "s3:GetObjectVersion"])
    assert read["Resource"].endswith("/source.zip")


def test_an_image_is_tagged_without_the_version_of_the_archive(from_bucket, of_type):
    (project,) = of_type(from_bucket, "AWS::CodeBuild::Project").values()
    assert 'IMAGE_TAG="s3-$CODEBUILD_BUILD_NUMBER"' in project["Source"]["BuildSpec"]


def test_a_push_of_the_image_starts_the_pipeline_without_a_trail(from_image, of_type):
    assert trigger(from_image, of_type)["EventPattern"] == {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {
            "action-type": ["PUSH"],
            "result": ["SUCCESS"],
            "repository-name": ["team/hello"],
            "image-tag": ["release"],
        },
    }
    assert source_action(from_image, of_type)["Configuration"] == {
        "RepositoryName": "team/hello",
        "ImageTag": "release",
    }


def test_an_image_is_not_built_again(from_image, of_type):
    kinds = {resource["Type"] for resource in from_image["Resources"].values()}
    assert not kinds & {"AWS::ECR::Repository", "AWS::SSM::Parameter", "AWS::CodeBuild::ReportGroup"}
    (project,) = of_type(from_image, "AWS::CodeBuild::Project").values()
    assert project["Environment"]["PrivilegedMode"] is False
    assert "docker" not in project["Source"]["BuildSpec"]
    (role,) = (
        role
        for role in of_type(from_image, "AWS::IAM::Role").values()
        if role.get("RoleName") == "hello-build-role-dev"
    )
    assert "ecr:" not in str(role["Policies"])


@pytest.mark.parametrize("engine", list(Engine))
def test_the_digest_of_the_image_is_handed_over(delivered, of_type, run_build, tmp_path, engine):
    (project,) = of_type(delivered(image, engine), "AWS::CodeBuild::Project").values()
    uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/hello@sha256:0123"
    (tmp_path / "imageDetail.json").write_text(json.dumps({"ImageURI": uri, "ImageTags": ["release"]}))
    handover = run_build(project["Source"]["BuildSpec"], "build", "post_build")
    assert json.loads((handover / "imageDetail.json").read_text())["ImageURI"] == uri
    if engine is Engine.ECS:
        (definition,) = json.loads((handover / "imagedefinitions.json").read_text())
        assert definition == {"name": "app", "imageUri": uri}
    else:
        assert json.loads((handover / "taskdef.json").read_text())["family"] == "hello-task-dev"


def test_what_is_no_digest_is_not_handed_over(from_image, of_type, run_build, tmp_path):
    (project,) = of_type(from_image, "AWS::CodeBuild::Project").values()
    (tmp_path / "imageDetail.json").write_text('{"ImageURI": "team/hello:release"}')
    assert not run_build(project["Source"]["BuildSpec"], "build", succeeding="0").exists()


@pytest.mark.parametrize(
    ("source", "arguments", "message"),
    [
        (connection, {"repository": "hello"}, 'e.g. "acme/hello"'),
        (connection, {"repository": "https://github.com/acme/hello"}, "without a host"),
        (connection, {"provider": "github"}, "Use one of Bitbucket, GitHub"),
        (connection, {"branch": "refs/heads/main"}, "without refs/heads/"),
        (connection, {"connection_arn": "hello"}, "must be the ARN of a connection"),
        (connection, {"paths": ["a"], "tags": ["b"]}, "touches no paths"),
        (connection, {"paths": ["a"] * 9}, "at most 8 patterns"),
        (connection, {"tags": "v*"}, "must be a list"),
        (bucket, {"key": "source.tar"}, "must be a zip archive"),
        (image, {"tag": ".hidden"}, 'e.g. "release"'),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_is_refused_with_the_remedy(source, arguments, message):
    with pytest.raises(InputError) as refused:
        source(Stack(App(), "stack"), **arguments)
    assert message in str(refused.value)
    assert refused.value.remedy
