import copy

import pytest

from shipway.errors import InputError, UnsupportedError
from shipway.rehearsal.plan import make_plan
from shipway.rehearsal.shift import Shift


def action(category, provider, **configuration):
    return {
        "Name": provider,
        "ActionTypeId": {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"},
        "Configuration": configuration,
    }


BUILDSPEC = "version: 0.2\nphases:\n  build:\n    commands:\n      - pytest\n      - docker build -t $X .\n"
TEMPLATE = {
    "Resources": {
        "Pipeline": {
            "Type": "AWS::CodePipeline::Pipeline",
            "Properties": {
                "Stages": [
                    {"Name": "Source", "Actions": [action("Source", "CodeCommit")]},
                    {"Name": "Make", "Actions": [action("Build", "CodeBuild")]},
                    {"Name": "Ship", "Actions": [action("Deploy", "CodeDeployToECS")]},
                ]
            },
        },
        "Project": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": {"Source": {"Type": "CODEPIPELINE", "BuildSpec": BUILDSPEC}},
        },
        "Group": {
            "Type": "AWS::CodeDeploy::DeploymentGroup",
            "Properties": {"DeploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"},
        },
        "Mail": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "email", "Endpoint": "a@b"}},
    }
}
FILES = ("Dockerfile", "tests/test_web.py")


@pytest.fixture
def template():
    return copy.deepcopy(TEMPLATE)


def planned(template, files=FILES, texts=None):
    return make_plan({"web": template}, files, (texts or {}).__getitem__)


def test_a_plan_says_all_that_will_happen(template):
    plan = planned(template)
    assert plan.stacks == (("web", 4),)
    assert [stage.name for stage in plan.pipeline.stages] == ["Source", "Make", "Ship"]
    assert plan.shift == Shift(10, 10, 1)
    assert plan.recipients == 1
    assert [one.predicted.partition(",")[0] for one in plan.drills] == [
        "pipeline Failed in Make",
        "pipeline Failed in Ship",
    ]
    assert plan.drills[0].change.writes[0][0] == "tests/test_shipway_drill.py"


def test_a_template_without_a_pipeline(template):
    del template["Resources"]["Pipeline"]
    with pytest.raises(InputError, match="no pipeline") as raised:
        planned(template)
    assert raised.value.where == "web"


def test_a_pipeline_that_nothing_can_be_pushed_to(template):
    stages = template["Resources"]["Pipeline"]["Properties"]["Stages"]
    stages[0]["Actions"] = [action("Source", "CodeStarSourceConnection")]
    with pytest.raises(UnsupportedError, match="no CodeCommit source"):
        planned(template)


def test_a_pipeline_that_shifts_no_traffic(template):
    del template["Resources"]["Pipeline"]["Properties"]["Stages"][2]
    with pytest.raises(UnsupportedError, match="no CodeDeployToECS action"):
        planned(template)


def test_a_dockerfile_that_is_missing(template):
    with pytest.raises(InputError, match="Dockerfile that the build needs") as raised:
        planned(template, files=("tests/test_web.py",))
    assert (raised.value.where, raised.value.value) == ("buildspec of Project", "Dockerfile")


def test_a_buildspec_in_the_sources(template):
    template["Resources"]["Project"]["Properties"]["Source"]["BuildSpec"] = "ci/buildspec.yml"
    plan = planned(template, (*FILES, "ci/buildspec.yml"), {"ci/buildspec.yml": BUILDSPEC})
    assert plan.sources.dockerfiles == ("Dockerfile",)
    with pytest.raises(InputError, match="buildspec is not in the project"):
        planned(template)


def test_a_buildspec_with_references(template):
    lines = BUILDSPEC.replace("$X", "|").split("|")
    template["Resources"]["Project"]["Properties"]["Source"]["BuildSpec"] = {
        "Fn::Join": ["", [lines[0], {"Fn::GetAtt": ["Repository", "RepositoryUri"]}, lines[1]]]
    }
    assert planned(template).sources.dockerfiles == ("Dockerfile",)


def test_a_buildspec_that_is_broken(template):
    template["Resources"]["Project"]["Properties"]["Source"]["BuildSpec"] = "a: [\nb"
    with pytest.raises(InputError) as raised:
        planned(template)
    assert raised.value.where == "buildspec of Project"


def test_a_drill_without_a_hold_is_left_out(template):
    template["Resources"]["Project"]["Properties"]["Source"]["BuildSpec"] = BUILDSPEC.replace(
        "pytest", "true"
    )
    first, second = planned(template).drills
    assert first.skipped == "no command of the buildspec runs pytest"
    assert second.change


def test_a_custom_shift_is_left_to_the_deployed_configuration(template):
    template["Resources"]["Group"]["Properties"]["DeploymentConfigName"] = {"Ref": "Config"}
    assert planned(template).shift is None
