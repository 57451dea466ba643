import pytest

from shipway.constructs import App, BlueGreenPipeline, Egress, Stack
from shipway.constructs.buildspec import ArtifactFiles, BuildSpecification, Phase
from shipway.errors import InputError


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"service": ""}, "the service must consist of"),
        ({"service": "Hello"}, "got 'Hello'"),
        ({"service": "hello--there"}, "single hyphens"),
        ({"service": "a-service-with-a-very-long-name"}, "the load balancer has"),
        ({"alert_emails": []}, "at least one address"),
        ({"alert_emails": "team@example.com"}, "must be a list"),
        ({"alert_emails": ["team"]}, "got 'team'"),
        ({"branch": "refs/heads/main"}, "without refs/heads/"),
        ({"branch": ""}, "the branch must be"),
        ({"directory": "/service"}, "relative path"),
        ({"directory": "my service"}, "relative path"),
        ({"directory": "$(id)"}, "relative path"),
        ({"directory": "--push"}, "relative path"),
        ({"directory": "service/"}, "relative path"),
        ({"container_port": 0}, "between 1 and 65535"),
        ({"container_port": 70000}, "got 70000"),
        ({"desired_count": 0}, "at least one task"),
        ({"cpu": 300}, "Use one of 256, 512"),
        ({"memory_limit_mib": 4096}, "Use one of 512, 1024, 2048"),
        ({"health_check_path": "health"}, "start with a slash"),
        ({"keep_blue_minutes": 2881}, "0 to 2880 minutes"),
        ({"max_5xx_per_minute": 0}, "at least one a minute"),
        ({"egress": Egress.ENDPOINTS}, "cannot pull the placeholder image"),
    ],
    ids=str,
)
def test_is_refused_with_the_remedy(arguments, message):
    stack = Stack(App(), "stack")
    given = {"service": "hello", "alert_emails": ["team@example.com"], **arguments}
    with pytest.raises(InputError) as refused:
        BlueGreenPipeline(stack, "Hello", **given)
    assert message in str(refused.value)
    assert refused.value.remedy
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("suffix", ["Prod", "pr_12", "-x", 1])
def test_a_suffix_that_no_name_can_bear_is_refused(suffix):
    stack = Stack(App(context={"environmentSuffix": suffix}), "stack")
    with pytest.raises(InputError, match=r"suffix|text"):
        BlueGreenPipeline(stack, "Hello", service="hello", alert_emails=["team@example.com"])


def test_a_network_without_nat_takes_a_placeholder_from_ecr(synth, of_type):
    document = synth(
        egress=Egress.ENDPOINTS,
        placeholder_image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/python:3.12",
    )
    kinds = {resource["Type"] for resource in document["Resources"].values()}
    assert "AWS::EC2::NatGateway" not in kinds
    services = {str(one["ServiceName"]) for one in of_type(document, "AWS::EC2::VPCEndpoint").values()}
    assert [
        any(name in service for service in services) for name in ("s3", "ecr.api", "ecr.dkr", "logs")
    ] == [True] * 4


PHASE = Phase(("true",))


def test_a_phase_without_commands_is_refused():
    with pytest.raises(InputError, match="at least one command"):
        BuildSpecification(install=Phase(()), pre_build=PHASE, build=PHASE, post_build=PHASE)


def test_a_build_without_artifacts_is_refused():
    with pytest.raises(InputError, match="output artifacts"):
        BuildSpecification(install=PHASE, pre_build=PHASE, build=PHASE, post_build=PHASE)


def test_commands_that_always_run_are_spelled_finally():
    spec = BuildSpecification(
        install=Phase(("a",), always=("b",)),
        pre_build=PHASE,
        build=PHASE,
        post_build=PHASE,
        artifacts={"Out": ArtifactFiles(("x",), "out")},
    ).to_dict()
    assert spec["phases"]["install"] == {"on-failure": "ABORT", "commands": ["a"], "finally": ["b"]}
