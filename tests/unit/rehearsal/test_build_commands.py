import pytest

from shipway.rehearsal.build_commands import commands, dockerfiles, pytest_folders
from shipway.template.buildspec import read_buildspec


def build(*lines: str, variables: str = "") -> tuple:
    listed = "".join(f"\n      - |\n        {line}" for line in lines)
    return commands(read_buildspec(f"version: 0.2\n{variables}phases:\n  build:\n    commands:{listed}\n"))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("docker build .", "Dockerfile"),
        ("docker build -t $REPOSITORY:$TAG .", "Dockerfile"),
        ("docker build . -t web", "Dockerfile"),
        ("docker build --build-arg A=1 --file docker/web.Dockerfile --tag web .", "docker/web.Dockerfile"),
        ("docker build --file=web.Dockerfile .", "web.Dockerfile"),
        (
            "docker buildx build --platform linux/amd64 --provenance=false --push service",
            "service/Dockerfile",
        ),
        ("cd service && docker build -t web .", "service/Dockerfile"),
        ("docker build -t web $CODEBUILD_SRC_DIR/service", "service/Dockerfile"),
        ('if [ -n "$PUSH" ]; then docker image build service; fi', "service/Dockerfile"),
    ],
)
def test_the_dockerfile_that_is_built(line, path):
    assert dockerfiles(build(line)) == (path,)


@pytest.mark.parametrize(
    "line",
    [
        "docker push $REPOSITORY",
        "docker build $WHEREVER",
        "docker build https://example.com/repository.git",
        "docker build -f - . < generated",
        "echo docker build .",
    ],
)
def test_what_is_unknown_or_elsewhere_is_left_out(line):
    assert dockerfiles(build(line)) == ()


def test_variables_of_the_buildspec_are_known():
    found = build("docker build ${PLACE}", variables="env:\n  variables:\n    PLACE: service\n")
    assert dockerfiles(found) == ("service/Dockerfile",)


def test_cd_outlives_its_command():
    assert dockerfiles(build("cd service", "docker build .", "docker build .")) == ("service/Dockerfile",)


FILES = ("service/server.py", "service/tests/test_server.py", "other/test_other.py")


@pytest.mark.parametrize(
    ("line", "folders"),
    [
        ("pytest", ("other",)),
        ("python -m pytest service --junitxml=reports/pytest.xml", ("service",)),
        ("python3 -m pytest -q service/tests", ("service/tests",)),
        ("pytest service/tests/test_server.py", ("service/tests",)),
        ("cd service && pytest", ("service/tests",)),
        ("cd service && pytest -k web tests", ("service/tests",)),
        ("pip install pylint", ()),
    ],
)
def test_where_pytest_collects(line, folders):
    assert pytest_folders(build(line), FILES) == folders


def test_pytest_without_any_test_collects_where_it_runs():
    assert pytest_folders(build("cd service && pytest"), ("service/server.py",)) == ("service",)
