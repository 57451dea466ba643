"""The `docker` of a build, against a real ECR API."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from shipway.localcloud.engines.oci.layer import unpack
from shipway.localcloud.engines.oci.store import Store

HELLO = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n'
SITE_PACKAGES = "/usr/local/lib/python3.12/site-packages"


def pushed(ecr, project):
    name = project.variables["REPOSITORY"].partition("/")[2]
    return {
        d["imageTags"][0]: d["imageDigest"] for d in ecr.describe_images(repositoryName=name)["imageDetails"]
    }


def test_build_and_push_leave_in_ecr_what_docker_says(project, ecr):
    project.write(Dockerfile=HELLO, app__py="print('hi')")
    project.sh("docker build --tag $REPOSITORY:v1 --iidfile id --metadata-file meta.json .")
    out = project.sh("docker push $REPOSITORY:v1").stdout
    digest = pushed(ecr, project)["v1"]
    assert f"v1: digest: {digest} size: " in out
    assert json.loads((project.folder / "meta.json").read_text())["containerimage.digest"] == digest
    repo_digest = project.sh(
        "docker inspect --format '{{index .RepoDigests 0}}' $REPOSITORY:v1"
    ).stdout.strip()
    assert repo_digest == f"{project.variables['REPOSITORY']}@{digest}"
    image_id = project.sh("docker image inspect -f '{{.Id}}' $REPOSITORY:v1").stdout.strip()
    assert image_id == (project.folder / "id").read_text()


def test_what_was_pushed_can_be_pulled_elsewhere_by_tag_and_digest(project, make_project):
    project.write(Dockerfile=HELLO, app__py="import sys; print('hi', *sys.argv[1:])")
    project.sh("docker buildx build --push -t $REPOSITORY:v1 .")
    digest = project.sh("docker inspect -f '{{index .RepoDigests 0}}' $REPOSITORY:v1").stdout.strip()
    other = make_project()
    other.variables |= {"REPOSITORY": project.variables["REPOSITORY"], "DIGEST": digest}
    other.sh("echo any | docker login -u AWS --password-stdin https://$REGISTRY")
    assert other.sh("docker pull $DIGEST && docker run --rm $DIGEST").stdout.endswith("hi\n")
    assert other.sh("docker run --rm $REPOSITORY:v1 python app.py a").stdout == "hi a\n"


def test_the_same_sources_give_the_same_digest(project, make_project, make_wheel):
    digests = set()
    for each in (project, make_project()):
        wheel = make_wheel(each.folder)
        each.write(
            Dockerfile=f"FROM python:3.12\nCOPY {wheel} /tmp/\nRUN pip install --no-index /tmp/{wheel}\n"
        )
        each.sh("docker build -t x --metadata-file m .")
        digests.add(json.loads((each.folder / "m").read_text())["containerimage.digest"])
    assert len(digests) == 1


def test_a_push_without_login_fails_as_dockers(make_project, repository):
    project = make_project()
    project.variables["REPOSITORY"] = repository
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    project.sh("docker build -t $REPOSITORY:v1 .")
    assert "no basic auth credentials" in project.sh("docker push $REPOSITORY:v1", code=1).stderr
    assert (
        "no basic auth credentials"
        in project.sh("docker buildx build --push -t $REPOSITORY:v1 .", code=1).stderr
    )


def test_the_registry_s_refusals_are_shown(project, ecr):
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    name = project.variables["REPOSITORY"].partition("/")[2]
    ecr.put_image_tag_mutability(repositoryName=name, imageTagMutability="IMMUTABLE")
    project.sh("docker build -q -t $REPOSITORY:v1 . && docker push $REPOSITORY:v1")
    project.write(Dockerfile="FROM scratch\nLABEL a=c\n")
    done = project.sh("docker build -q -t $REPOSITORY:v1 . && docker push $REPOSITORY:v1", code=1)
    assert "tag invalid" in done.stderr
    done = project.sh("docker tag $REPOSITORY:v1 $REGISTRY/nope:v1 && docker push $REGISTRY/nope:v1", code=1)
    assert "name unknown" in done.stderr
    done = project.sh("docker tag $REPOSITORY:v1 me/app && docker push me/app", code=1)
    assert "emulated registry only" in done.stderr


def test_packages_travel_from_a_builder_stage_as_in_a_real_image(project, make_wheel):
    wheel = make_wheel(project.folder)
    project.write(
        Dockerfile=f"""
FROM python:3.12-slim AS builder
WORKDIR /src
COPY {wheel} requirements.txt ./
RUN --mount=type=cache,target=/cache/pip \\
    pip install --no-cache-dir --no-index -r requirements.txt
FROM python:3.12-slim
COPY --from=builder {SITE_PACKAGES} {SITE_PACKAGES}
COPY --from=builder /usr/local/bin/greet /usr/local/bin/greet
CMD ["greet"]
""",
        requirements__txt=f"./{wheel}\n",
    )
    project.sh("docker build -t x .")
    assert project.sh("docker run --rm x").stdout == "hello from the wheel\n"
    assert (
        project.sh("docker run --rm --entrypoint sh x -c 'greet; exit 3'", code=3).stdout
        == "hello from the wheel\n"
    )
    script = project.sh("docker run --rm x python -c 'import greeting; print(greeting.__file__)'").stdout
    assert script.strip().endswith(f"/root{SITE_PACKAGES}/greeting.py")


def test_a_virtual_environment_is_copied_whole(project, make_wheel):
    wheel = make_wheel(project.folder)
    project.write(
        Dockerfile=f"""
FROM python:3.12 AS builder
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY {wheel} .
RUN pip install --no-index {wheel}
FROM python:3.12-slim
COPY --from=builder /opt/venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
CMD greet
""",
    )
    project.sh("docker build -t x .")
    assert project.sh("docker run --rm x").stdout == "hello from the wheel\n"


def test_no_path_of_this_machine_is_in_an_image(project, make_wheel, tmp_path):
    wheel = make_wheel(project.folder)
    project.write(Dockerfile=f"FROM python:3.12\nCOPY {wheel} .\nRUN pip install --no-index ./{wheel}\n")
    project.sh("docker build -t x .")
    store = Store(project.environment.directory.parent / "docker" / "images")
    image = store.load(store.find("x"))
    assert len(image.layers) == 2
    for layer in image.layers:
        with store.open(layer.digest) as blob:
            unpack(blob, tmp_path)
    files = {path: path.read_bytes() for path in tmp_path.rglob("usr/**/*") if path.is_file()}
    assert (tmp_path / "usr/local/bin/greet").read_text().startswith("#!/usr/local/bin/python\n")
    assert not [path for path, content in files.items() if str(tmp_path.parent).encode() in content]
    (origin,) = (content for path, content in files.items() if path.name == "direct_url.json")
    assert json.loads(origin)["url"] == f"file:///{wheel}"
    (record,) = (content for path, content in files.items() if path.name == "RECORD")
    script = hashlib.sha256((tmp_path / "usr/local/bin/greet").read_bytes()).digest()
    assert base64.urlsafe_b64encode(script).rstrip(b"=") in record


def test_an_image_of_the_emulated_registry_is_a_real_base(project, make_project, limits):
    project.write(Dockerfile="FROM scratch\nCOPY a /from-base/\nENV BASE=yes\n", a="content")
    project.sh("docker buildx build --push -t $REPOSITORY:base .")
    project.environment.drain()
    assert limits == []
    other = make_project()
    other.variables["REPOSITORY"] = project.variables["REPOSITORY"]
    other.write(Dockerfile=f"FROM {project.variables['REPOSITORY']}:base\nRUN pip list\n")
    assert "no basic auth credentials" in other.sh("docker build -t x .", code=1).stderr
    other.sh("echo any | docker login --username AWS --password-stdin $REGISTRY")
    other.sh("docker build -t x .")
    assert (
        other.sh("docker run --rm --workdir /from-base x sh -c 'cat a; echo $BASE'").stdout == "contentyes\n"
    )


def test_what_a_dockerfile_asks_for_and_does_not_get_is_reported(project, limits):
    project.write(
        Dockerfile="""FROM nginx:1.27
RUN apt-get update && apt-get install -y curl
RUN curl https://example.com | sh
COPY --chown=app:app a /a
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
ADD https://example.com/x /x
USER app
VOLUME /data
HEALTHCHECK CMD true
ONBUILD RUN x
""",
        a="",
    )
    done = project.sh("docker build --platform linux/s390x --cache-from type=registry,ref=x --secret id=s .")
    project.environment.drain()
    met = {limit.subject: limit.detail for limit in limits}
    assert set(met) == {
        "Dockerfile:1 FROM", "Dockerfile:2 RUN", "Dockerfile:3 RUN", "Dockerfile:4 COPY", "Dockerfile:5 COPY",
        "Dockerfile:6 ADD", "Dockerfile:7 USER", "Dockerfile:8 VOLUME", "Dockerfile:9 HEALTHCHECK",
        "Dockerfile:10 ONBUILD", "docker build --cache-from=type=registry,ref=x",
        "docker build --platform=linux/s390x", "docker build --secret=id=s",
    }  # fmt: skip
    assert "nothing stands in for it" in met["Dockerfile:1 FROM"]
    assert met["Dockerfile:2 RUN"] == "not executed: apt-get install -y curl"
    assert all(f"shipway: warning: {limit.subject}: {limit.detail}" in done.stderr for limit in limits)


@pytest.mark.parametrize(
    ("dockerfile", "message"),
    [
        ("FROM scratch\nRUN <<EOF\nx\nEOF\n", "here-document"),
        ("FROM scratch\nCOPY nope /\n", '"/nope": not found'),
        (
            "FROM python\nRUN pip install --no-index nope-of-this-name\n",
            "did not complete successfully: exit code: 1",
        ),
        ("FRMO x\n", "unknown instruction: FRMO"),
        ("FROM scratch\nENV A='\n", "line 2"),
        ("FROM UPPER\n", "must be lowercase"),
    ],
)
def test_a_build_that_cannot_be_done_fails(project, dockerfile, message):
    project.write(Dockerfile=dockerfile)
    done = project.sh("docker build -t x .", code=1)
    assert done.stderr.splitlines()[-1].startswith("ERROR: failed to build: ")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert project.sh("docker images --quiet").stdout == ""


def test_a_builder_of_its_own_keeps_nothing_and_says_so(project):
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    project.sh("docker buildx create --use --name mine && docker buildx inspect --bootstrap")
    assert (
        "No output specified with docker-container driver" in project.sh("docker buildx build -t x .").stderr
    )
    assert "No such object: x" in project.sh("docker inspect x", code=1).stderr
    project.sh("docker buildx build --push -t $REPOSITORY:v1 .")
    project.sh("docker inspect $REPOSITORY:v1", code=1)
    project.sh("docker buildx build --load -t x . && docker inspect x")


def test_the_default_builder_refuses_what_dockers_refuses(project):
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    done = project.sh("docker buildx build --cache-to type=registry,ref=$REPOSITORY:cache .", code=1)
    assert "Cache export is not supported for the docker driver" in done.stderr


@pytest.mark.parametrize(
    "line",
    [
        "docker",
        "docker frob",
        "docker build --frob .",
        "docker build",
        "docker buildx bake",
        "docker compose up",
        "docker run -d x",
        "docker inspect -f '{{range .}}{{end}}' x",
    ],
)
def test_what_is_not_supported_ends_with_125_and_a_sentence(project, line):
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    project.sh("docker build -q -t x .")
    done = project.sh(line, code=125)
    assert done.stderr.startswith("docker: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("docker login --password-stdin $REGISTRY </dev/null", "Must provide --username"),
        ("docker login -u AWS --password-stdin $REGISTRY </dev/null", "password is empty"),
        ("docker login -u AWS $REGISTRY", "non TTY"),
        ("docker tag nope:1 x", "No such image: nope:1"),
        ("docker push nope", "An image does not exist locally"),
        ("docker build nope", "not found"),
        ("docker build -f nope .", "failed to read dockerfile"),
    ],
)
def test_mistakes_fail_with_dockers_words(make_project, line, message):
    assert message in make_project().sh(line, code=1).stderr


def test_lists_and_versions(project):
    project.write(Dockerfile="FROM scratch\nLABEL a=b\n")
    project.sh("docker build -q -t $REPOSITORY:v1 .")
    rows = project.sh("docker images --format '{{.Repository}}:{{.Tag}}'").stdout
    assert rows.split() == [f"{project.variables['REPOSITORY']}:v1"]
    assert project.sh("docker images $REPOSITORY").stdout.splitlines()[0].startswith("REPOSITORY")
    assert project.sh("docker version -f '{{.Server.Version}}'").stdout.startswith("28.")
    assert "Shipway process engine" in project.sh("docker version").stdout
    assert "ServerVersion" in project.sh("docker info").stdout
    project.sh("docker logout $REGISTRY")
    assert "no basic auth" in project.sh("docker push $REPOSITORY:v1", code=1).stderr
