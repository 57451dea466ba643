import json

import pytest
import yaml

from shipway.constructs import App, BlueGreenPipeline, Stack  # isort: skip - chooses the Node.js
from aws_cdk import aws_ecs as ecs


def pipeline(app, **arguments):
    stack = Stack(app, "hello-dev")
    return BlueGreenPipeline(stack, "Hello", service="hello", alert_emails=["team@example.com"], **arguments)


def handed_over(app, of_type, render_value):
    rendered = render_value(app.synth().get_stack_by_name("hello-dev").template)
    (project,) = of_type(rendered, "AWS::CodeBuild::Project").values()
    commands = yaml.safe_load(project["Source"]["BuildSpec"])["phases"]["post_build"]["commands"]
    (write,) = (command for command in commands if "taskdef.json" in command)
    return json.loads(write.splitlines()[1])


def test_a_container_added_later_is_in_it(of_type, render_value):
    app = App()
    service = pipeline(app).service
    service.task_definition.add_container(
        "Proxy", container_name="proxy", image=ecs.ContainerImage.from_registry("proxy"), command=["run"]
    )
    containers = handed_over(app, of_type, render_value)["containerDefinitions"]
    assert [one["image"] for one in containers] == ["<IMAGE1_NAME>", "proxy"]
    assert containers[1]["command"] == ["run"]  # only the placeholder's command stays behind


@pytest.mark.parametrize(
    "text", ['say "hi"', "it's", "$HOME `id`", "a\\b", "END_OF_FILE", "zwei\nZeilen", "ü"]
)
def test_any_text_survives_yaml_and_the_shell(of_type, render_value, text):
    app = App()
    pipeline(app, environment={"TEXT": text})
    (container,) = handed_over(app, of_type, render_value)["containerDefinitions"]
    assert container["environment"] == [{"name": "TEXT", "value": text}]


def test_a_volume_that_cloudformation_spells_otherwise_is_refused():
    app = App()
    pipeline(app).service.task_definition.add_volume(
        name="shared", efs_volume_configuration=ecs.EfsVolumeConfiguration(file_system_id="fs-1")
    )
    with pytest.raises(RuntimeError, match=r"only scratch volumes .*got shared"):
        app.synth()
