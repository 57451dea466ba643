from shipway.localcloud.coverage import RecordedMapping
from shipway.localcloud.kernel import Resource
from shipway.localcloud.template_values import as_request, generated_name


def test_keys_become_the_apis_but_a_providers_configuration_keeps_its_own():
    stages = [
        {
            "Name": "Build",
            "Actions": [
                {
                    "Name": "B",
                    "RunOrder": "2",
                    "ActionTypeId": {"Category": "Build", "Version": 1},
                    "Configuration": {"ProjectName": "p", "PollForSourceChanges": False, "N": 1},
                    "InputArtifacts": [{"Name": "Code"}],
                }
            ],
        }
    ]
    assert as_request("codepipeline", "PipelineDeclaration", {"Stages": stages}) == {
        "stages": [
            {
                "name": "Build",
                "actions": [
                    {
                        "name": "B",
                        "runOrder": 2,
                        "actionTypeId": {"category": "Build", "version": "1"},
                        "configuration": {"ProjectName": "p", "PollForSourceChanges": "false", "N": "1"},
                        "inputArtifacts": [{"name": "Code"}],
                    }
                ],
            }
        ]
    }


def test_capitals_and_booleans_are_the_apis():
    properties = {
        "ECSServices": [{"ClusterName": "c", "ServiceName": "s"}],
        "AutoRollbackConfiguration": {"Enabled": "true", "Events": ["DEPLOYMENT_FAILURE"]},
    }
    assert as_request("codedeploy", "CreateDeploymentGroupInput", properties) == {
        "ecsServices": [{"clusterName": "c", "serviceName": "s"}],
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    }


def test_property_that_the_api_lacks_stays_unread():
    properties = RecordedMapping(
        {"AlarmConfiguration": {"Enabled": False, "Extra": 1}, "Deployment": {"Revision": 1}}
    )
    as_request("codedeploy", "CreateDeploymentGroupInput", properties)
    assert properties.unread() == ["AlarmConfiguration.Extra", "Deployment"]


def test_generated_name_is_cut_before_its_random_end():
    resource = Resource("Pipeline", {}, "s" * 200, "123456789012", "eu-west-1")
    name = generated_name(resource, 100)
    assert len(name) == 100
    assert name.rsplit("-", 1)[0] == "s" * 87
    assert name != generated_name(resource, 100)
