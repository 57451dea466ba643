from shipway.localcloud.services.ecs.properties import to_api


def test_names_become_lower_camel_case_and_texts_numbers() -> None:
    assert to_api(
        {
            "Cpu": "256",
            "EnableECSManagedTags": "true",
            "ContainerDefinitions": [
                {
                    "Name": "web",
                    "Cpu": "128",
                    "Essential": "false",
                    "PortMappings": [{"ContainerPort": "8080"}],
                    "LogConfiguration": {"LogDriver": "awslogs", "Options": {"awslogs-group": "G"}},
                    "DockerLabels": {"Team": "Blue"},
                }
            ],
        }
    ) == {
        "cpu": "256",
        "enableECSManagedTags": True,
        "containerDefinitions": [
            {
                "name": "web",
                "cpu": 128,
                "essential": False,
                "portMappings": [{"containerPort": 8080}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "G"}},
                "dockerLabels": {"Team": "Blue"},
            }
        ],
    }
