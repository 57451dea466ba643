import json

import pytest
import yaml

from shipway.constructs import (
    App,
    Architecture,
    Engine,
    PromotionPipeline,
    ServiceEnvironment,
    Stack,
    TrafficShift,
)
from shipway.errors import InputError

# isort: split
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm

TEAM = ["team@example.com"]
SUFFIXES = ["dev", "staging", "prod"]


def pipeline_of(document, of_type):
    (pipeline,) = of_type(document, "AWS::CodePipeline::Pipeline").values()
    return pipeline


def role_named(document, of_type, name):
    (role,) = (one for one in of_type(document, "AWS::IAM::Role").values() if one.get("RoleName") == name)
    return role


def deploying(document, of_type):
    return {
        stage["Name"]: stage["Actions"][0]
        for stage in pipeline_of(document, of_type)["Stages"]
        if stage["Actions"][0]["ActionTypeId"]["Category"] == "Deploy"
    }


def test_one_pipeline_goes_through_all_environments_with_approvals(promotion, of_type):
    stages = [stage["Name"] for stage in pipeline_of(promotion["hello-delivery"], of_type)["Stages"]]
    assert stages == ["Source", "Build", "Dev", "ApproveStaging", "Staging", "ApproveProd", "Prod"]


def test_the_image_is_built_once_and_every_environment_gets_that_artifact(promotion, of_type):
    document = promotion["hello-delivery"]
    (project,) = of_type(document, "AWS::CodeBuild::Project").values()
    assert project["Source"]["BuildSpec"].count("--push") == 1
    actions = deploying(document, of_type)
    assert {name: one["Configuration"]["Image1ArtifactName"] for name, one in actions.items()} == {
        "Dev": "ImageArtifact",
        "Staging": "ImageArtifact",
        "Prod": "ImageArtifact",
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_environment_gets_its_own_task_definition(promotion, of_type, run_build, suffix):
    (project,) = of_type(promotion["hello-delivery"], "AWS::CodeBuild::Project").values()
    spec = project["Source"]["BuildSpec"]
    artifact = f"DeployArtifact{suffix.title()}"
    assert yaml.safe_load(spec)["artifacts"]["secondary-artifacts"][artifact] == {
        "base-directory": f"handover/{suffix}",
        "files": ["taskdef.json", "appspec.yaml"],
    }
    handed = json.loads((run_build(spec, "post_build") / suffix / "taskdef.json").read_text())
    (declared,) = of_type(promotion[f"hello-{suffix}"], "AWS::ECS::TaskDefinition").values()
    assert handed["family"] == declared["Family"] == f"hello-task-{suffix}"
    assert handed["executionRoleArn"].endswith(f":role/hello-execution-role-{suffix}")
    assert handed["containerDefinitions"][0]["environment"] == [{"name": "STAGE", "value": suffix}]


def test_stacks_refer_to_each_other_by_names_only(promotion, cross_account):
    for document in (*promotion.values(), *cross_account.values()):
        text = json.dumps(document)
        assert "Fn::ImportValue" not in text
        assert not [one for one in document.get("Outputs", {}).values() if "Export" in one]


def test_what_the_pipeline_deploys_to_is_what_the_environments_have(promotion, of_type):
    for stage, action in deploying(promotion["hello-delivery"], of_type).items():
        there = promotion[f"hello-{stage.lower()}"]
        (application,) = of_type(there, "AWS::CodeDeploy::Application").values()
        (group,) = of_type(there, "AWS::CodeDeploy::DeploymentGroup").values()
        assert action["Configuration"]["ApplicationName"] == application["ApplicationName"]
        assert action["Configuration"]["DeploymentGroupName"] == group["DeploymentGroupName"]


def test_in_one_account_the_pipelines_role_deploys(promotion, of_type):
    document = promotion["hello-delivery"]
    assert all("RoleArn" not in action for action in deploying(document, of_type).values())
    allowed = json.dumps(role_named(document, of_type, "hello-pipeline-role-delivery")["Policies"])
    for suffix in SUFFIXES:
        assert f"deploymentgroup:hello-release-{suffix}/hello-release-group-{suffix}" in allowed
        assert f"role/hello-task-role-{suffix}" in allowed
    assert "sts:AssumeRole" not in allowed
    assert "AWS::KMS::Key" not in {one["Type"] for one in document["Resources"].values()}


def test_in_another_account_the_environments_role_deploys(cross_account, of_type):
    actions = deploying(cross_account["hello-delivery"], of_type)
    assert {name: one["RoleArn"].partition(":iam::")[2] for name, one in actions.items()} == {
        "Dev": "222222222222:role/hello-deploy-role-dev",
        "Staging": "333333333333:role/hello-deploy-role-staging",
        "Prod": "444444444444:role/hello-deploy-role-prod",
    }
    role = role_named(cross_account["hello-delivery"], of_type, "hello-pipeline-role-delivery")
    (deploy,) = (one for one in role["Policies"] if one["PolicyName"] == "Deploy")
    assumed = [
        one["Resource"] for one in deploy["PolicyDocument"]["Statement"] if one["Action"] == "sts:AssumeRole"
    ]
    assert assumed == [one["RoleArn"] for one in actions.values()]
    assert "codedeploy:" not in json.dumps(deploy)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_only_the_pipeline_assumes_that_role(cross_account, of_type, suffix):
    role = role_named(cross_account[f"hello-{suffix}"], of_type, f"hello-deploy-role-{suffix}")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["ArnEquals"]["aws:PrincipalArn"][0].endswith(
        "::111111111111:role/hello-pipeline-role-delivery"
    )
    actions = {
        action
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
    }
    assert actions == {
        "codedeploy:CreateDeployment",
        "codedeploy:GetApplication",
        "codedeploy:GetApplicationRevision",
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentConfig",
        "codedeploy:RegisterApplicationRevision",
        "ecs:RegisterTaskDefinition",
        "iam:PassRole",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:GetObjectVersion",
    }


def conditions(statements, action):
    return [
        one["Condition"]["ArnEquals"]["aws:PrincipalArn"][0].partition(":iam::")[2]
        for one in statements
        if one["Effect"] == "Allow" and action in str(one["Action"]) and "Condition" in one
    ]


def test_artifacts_images_and_key_are_open_to_those_roles_only(cross_account, of_type):
    document = cross_account["hello-delivery"]
    deploy_roles = [
        f"{account * 12}:role/hello-deploy-role-{suffix}"
        for account, suffix in zip("234", SUFFIXES, strict=True)
    ]
    pull_roles = [one.replace("deploy", "execution") for one in deploy_roles]
    (policy,) = of_type(document, "AWS::S3::BucketPolicy").values()
    assert conditions(policy["PolicyDocument"]["Statement"], "s3:GetObject") == deploy_roles
    (key,) = of_type(document, "AWS::KMS::Key").values()
    assert conditions(key["KeyPolicy"]["Statement"], "kms:Decrypt") == deploy_roles
    assert key["EnableKeyRotation"] is True
    (repository,) = of_type(document, "AWS::ECR::Repository").values()
    assert conditions(repository["RepositoryPolicyText"]["Statement"], "ecr:BatchGetImage") == pull_roles
    (bucket,) = of_type(document, "AWS::S3::Bucket").values()
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert pipeline_of(document, of_type)["ArtifactStore"]["EncryptionKey"]["Type"] == "KMS"


def test_the_environments_role_finds_the_key_by_its_alias(cross_account, of_type):
    role = role_named(cross_account["hello-prod"], of_type, "hello-deploy-role-prod")
    (decrypt,) = (
        one for one in role["Policies"][0]["PolicyDocument"]["Statement"] if one["Action"] == "kms:Decrypt"
    )
    (alias,) = of_type(cross_account["hello-delivery"], "AWS::KMS::Alias").values()
    assert decrypt["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias["AliasName"]}}


def test_the_protected_environment_keeps_its_logs_and_the_others_do_not(promotion):
    kept = {
        name: {
            one["DeletionPolicy"]
            for one in document["Resources"].values()
            if one["Type"] == "AWS::Logs::LogGroup"
        }
        for name, document in promotion.items()
    }
    assert kept["hello-prod"] == {"Retain"}
    assert kept["hello-dev"] == kept["hello-staging"] == {"Delete"}


def test_each_environment_tells_of_its_own_failed_deployments(promotion, of_type):
    for suffix in SUFFIXES:
        rules = of_type(promotion[f"hello-{suffix}"], "AWS::Events::Rule").values()
        assert [one["Name"] for one in rules] == [f"hello-deployment-failed-{suffix}"]
    rules = of_type(promotion["hello-delivery"], "AWS::Events::Rule").values()
    assert {"hello-pipeline-failed-delivery", "hello-build-failed-delivery"} < {one["Name"] for one in rules}


def environment(app, suffix="dev", *, delivery=None, env=None, **arguments):
    return ServiceEnvironment(
        Stack(app, f"hello-{suffix}", env=env),
        "Hello",
        service="hello",
        environment_suffix=suffix,
        delivery=delivery or Stack(app, "hello-delivery"),
        alert_emails=TEAM,
        **arguments,
    )


def test_ecs_promotes_across_accounts_without_files(of_type, render_value):
    app = App()
    env = {"account": "111111111111", "region": "eu-west-1"}
    delivery = Stack(app, "hello-delivery", env=env)
    there = environment(app, delivery=delivery, env={**env, "account": "222222222222"}, engine=Engine.ECS)
    PromotionPipeline(delivery, "Hello", service="hello", environments=[there], alert_emails=TEAM)
    document = render_value(app.synth().get_stack_by_name("hello-delivery").template)
    action = deploying(document, of_type)["Dev"]
    assert action["Configuration"] == {
        "ClusterName": "hello-cluster-dev",
        "ServiceName": "hello-service-dev",
        "FileName": "imagedefinitions.json",
    }
    assert action["RoleArn"].endswith(":role/hello-deploy-role-dev")


def test_a_shift_of_ones_own_goes_by_its_name(promotion, of_type):
    role = role_named(promotion["hello-delivery"], of_type, "hello-pipeline-role-delivery")
    assert "deploymentconfig:hello-shift-prod" in json.dumps(role["Policies"])
    (config,) = of_type(promotion["hello-prod"], "AWS::CodeDeploy::DeploymentConfig").values()
    assert config["DeploymentConfigName"] == "hello-shift-prod"


def test_a_variable_that_only_its_own_stack_knows_is_refused():
    app = App()
    delivery = Stack(app, "hello-delivery")
    stack = Stack(app, "hello-dev")
    there = ServiceEnvironment(
        stack,
        "Hello",
        service="hello",
        environment_suffix="dev",
        delivery=delivery,
        alert_emails=TEAM,
        environment={"BUCKET": s3.Bucket(stack, "Data").bucket_name},
    )
    PromotionPipeline(delivery, "Hello", service="hello", environments=[there], alert_emails=TEAM)
    with pytest.raises(Exception, match="has a name of its own"):
        app.synth()


def test_a_secret_goes_by_its_name(run_build, of_type, render_value):
    app = App()
    delivery = Stack(app, "hello-delivery")
    stack = Stack(app, "hello-dev")
    token = ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "Token", parameter_name="/hello/dev/token"
    )
    there = ServiceEnvironment(
        stack,
        "Hello",
        service="hello",
        environment_suffix="dev",
        delivery=delivery,
        alert_emails=TEAM,
        secrets={"TOKEN": ecs.Secret.from_ssm_parameter(token)},
    )
    PromotionPipeline(delivery, "Hello", service="hello", environments=[there], alert_emails=TEAM)
    document = render_value(app.synth().get_stack_by_name("hello-delivery").template)
    (project,) = of_type(document, "AWS::CodeBuild::Project").values()
    handed = json.loads(
        (run_build(project["Source"]["BuildSpec"], "post_build") / "dev" / "taskdef.json").read_text()
    )
    (secret,) = handed["containerDefinitions"][0]["secrets"]
    assert secret["valueFrom"].endswith(":parameter/hello/dev/token")


def promote(environments, delivery):
    PromotionPipeline(delivery, "Hello", service="hello", environments=environments, alert_emails=TEAM)


def test_no_environment_is_refused():
    with pytest.raises(InputError, match="at least one environment"):
        promote([], Stack(App(), "hello-delivery"))


def test_environments_of_two_architectures_are_refused():
    app = App()
    delivery = Stack(app, "hello-delivery")
    places = [
        environment(app, "dev", delivery=delivery),
        environment(app, "prod", delivery=delivery, architecture=Architecture.ARM64),
    ]
    with pytest.raises(InputError, match=r"runs on one architecture.*ARM64, X86_64"):
        promote(places, delivery)


def test_an_environment_of_another_service_is_refused():
    app = App()
    delivery = Stack(app, "hello-delivery")
    there = environment(app, delivery=delivery)
    with pytest.raises(InputError, match="names of the service that is promoted"):
        PromotionPipeline(delivery, "Other", service="other", environments=[there], alert_emails=TEAM)


def test_an_account_on_one_side_only_is_refused():
    env = {"account": "111111111111", "region": "eu-west-1"}
    with pytest.raises(InputError, match=r"must both say their account.*Give both stacks env="):
        environment(App(), env=env)


def test_another_region_is_refused():
    app = App()
    env = {"account": "111111111111", "region": "eu-west-1"}
    delivery = Stack(app, "hello-delivery", env=env)
    with pytest.raises(InputError, match="within its region"):
        environment(app, delivery=delivery, env={**env, "region": "us-east-1"})


def test_two_environments_of_one_name_are_refused():
    app = App()
    delivery = Stack(app, "hello-delivery")
    environment(app, delivery=delivery, traffic_shift=TrafficShift.all_at_once())
    with pytest.raises(InputError, match=r"would bear the same names.*another service name or environment"):
        ServiceEnvironment(
            Stack(app, "again"),
            "Hello",
            service="hello",
            environment_suffix="dev",
            delivery=delivery,
            alert_emails=TEAM,
        )
