from shipway.localcloud.services.codepipeline.cloudformation import api_shape


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
    assert api_shape(stages) == [
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
