from aws_cdk.assertions import Match


def test_the_pipeline_is_v2_and_goes_from_source_to_deploy(template):
    template.has_resource_properties(
        "AWS::CodePipeline::Pipeline",
        {
            "Name": "hello-pipeline-dev",
            "PipelineType": "V2",
            "Stages": [
                Match.object_like({"Name": "Source"}),
                Match.object_like({"Name": "Build"}),
                Match.object_like({"Name": "Deploy"}),
            ],
        },
    )


def test_each_action_takes_what_the_one_before_gives(rendered, of_type):
    (pipeline,) = of_type(rendered, "AWS::CodePipeline::Pipeline").values()
    (source,), (build,), (deploy,) = (stage["Actions"] for stage in pipeline["Stages"])
    names = {key: [item["Name"] for item in build[key]] for key in ("InputArtifacts", "OutputArtifacts")}
    assert names == {
        "InputArtifacts": [source["OutputArtifacts"][0]["Name"]],
        "OutputArtifacts": ["ImageArtifact", "DeployArtifact"],
    }
    assert {item["Name"] for item in deploy["InputArtifacts"]} == {"ImageArtifact", "DeployArtifact"}


def test_nothing_polls_and_a_push_starts_the_pipeline(template, rendered, of_type):
    (pipeline,) = of_type(rendered, "AWS::CodePipeline::Pipeline").values()
    assert pipeline["Stages"][0]["Actions"][0]["Configuration"]["PollForSourceChanges"] is False
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "Name": "hello-trigger-dev",
            "State": "ENABLED",
            "EventPattern": {
                "source": ["aws.codecommit"],
                "detail-type": ["CodeCommit Repository State Change"],
                "resources": [{"Fn::GetAtt": [Match.string_like_regexp("SourceRepository"), "Arn"]}],
                "detail": {
                    "event": ["referenceCreated", "referenceUpdated"],
                    "referenceType": ["branch"],
                    "referenceName": ["main"],
                },
            },
            "Targets": [Match.object_like({"RoleArn": Match.any_value()})],
        },
    )


def test_the_trigger_names_the_pipeline_by_its_arn(rendered, of_type):
    (pipeline,) = of_type(rendered, "AWS::CodePipeline::Pipeline")
    rules = of_type(rendered, "AWS::Events::Rule").values()
    (trigger,) = (rule for rule in rules if rule["Name"] == "hello-trigger-dev")
    # A pipeline's ARN has no "pipeline/" part.
    assert trigger["Targets"][0]["Arn"] == (
        f"arn:${{AWS::Partition}}:codepipeline:${{AWS::Region}}:${{AWS::AccountId}}:${{{pipeline}}}"
    )


def test_the_artifact_bucket_is_private_encrypted_versioned_and_expires(template):
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
                ]
            },
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "LifecycleConfiguration": {
                "Rules": [
                    Match.object_like(
                        {"ExpirationInDays": 30, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
                    )
                ]
            },
        },
    )
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Effect": "Deny",
                                "Action": "s3:*",
                                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                            }
                        )
                    ]
                )
            }
        },
    )
    template.resource_count_is("AWS::KMS::Key", 0)


def test_the_outputs_tell_what_a_person_needs(document, render_value):
    outputs = {name: render_value(output["Value"]) for name, output in document["Outputs"].items()}
    assert set(outputs) == {
        "PipelineArn",
        "PipelineConsoleUrl",
        "RepositoryCloneUrlHttp",
        "ImageRepositoryUri",
        "LoadBalancerUrl",
        "TestListenerUrl",
    }
    assert outputs["LoadBalancerUrl"].startswith("http://${HelloServiceBalancer")
    assert outputs["TestListenerUrl"].endswith(":8080")


def test_the_cdks_feature_flags_change_nothing_that_matters(document, synth):
    flags = {
        "@aws-cdk/aws-codepipeline:crossAccountKeysDefaultValueToFalse": True,
        "@aws-cdk/aws-codepipeline:defaultPipelineTypeToV2": True,
        "@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker": True,
        "@aws-cdk/aws-ec2:restrictDefaultSecurityGroup": True,
        "@aws-cdk/customresources:installLatestAwsSdkDefault": False,
        "@aws-cdk/aws-codedeploy:removeAlarmsFromDeploymentGroup": True,
    }
    assert synth(context=flags) == document
