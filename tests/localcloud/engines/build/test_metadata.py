from __future__ import annotations

import pytest

from shipway.localcloud.engines.build.metadata import apply
from shipway.localcloud.engines.dockerfile.read import DockerfileError, read_dockerfile
from shipway.localcloud.engines.oci.image import Settings, read_settings


def settings_of(body, **variables):
    settings = Settings(environment={"PATH": "/bin"})
    for instruction in read_dockerfile(f"FROM x\n{body}").instructions[1:]:
        settings = apply(settings, instruction, {**variables, **settings.environment}, "\\")
    return settings


def test_every_setting_of_an_image():
    settings = settings_of(
        """
ENV A=1 B="two words" PATH=/app/bin:$PATH
ENV OLD the whole rest
LABEL team=me "spaced name"=x
WORKDIR /app
WORKDIR sub/$A
EXPOSE 8080 53/udp
VOLUME ["/data", "/cache"]
USER 1000:1000
STOPSIGNAL SIGINT
SHELL ["/bin/bash", "-c"]
ENTRYPOINT exec app
CMD ["--port", "$A"]
HEALTHCHECK --interval=1m30s --retries=3 CMD curl -f localhost
""",
    )
    assert settings.document() == {
        "Env": ["PATH=/app/bin:/bin", "A=1", "B=two words", "OLD=the whole rest"],
        "Labels": {"team": "me", "spaced name": "x"},
        "WorkingDir": "/app/sub/1",
        "ExposedPorts": {"8080/tcp": {}, "53/udp": {}},
        "Volumes": {"/data": {}, "/cache": {}},
        "User": "1000:1000",
        "StopSignal": "SIGINT",
        "Shell": ["/bin/bash", "-c"],
        "Entrypoint": ["/bin/bash", "-c", "exec app"],
        "Cmd": ["--port", "$A"],
        "Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost"], "Interval": 90_000_000_000, "Retries": 3},
    }
    assert read_settings(settings.document()) == settings


def test_a_variable_is_the_one_from_before_the_instruction():
    # https://docs.docker.com/reference/dockerfile/#environment-replacement
    assert settings_of("ENV A=hello\nENV A=bye B=$A\nENV C=$A").environment["B"] == "hello"
    assert settings_of("ENV A=hello\nENV A=bye B=$A\nENV C=$A").environment["C"] == "bye"


@pytest.mark.parametrize(
    "line",
    [
        "ENV A",
        "ENV A=1 B",
        "EXPOSE http",
        "SHELL bash",
        "HEALTHCHECK EXEC x",
        "HEALTHCHECK --interval=5 CMD x",
    ],
)
def test_what_docker_refuses_is_refused(line):
    with pytest.raises(DockerfileError, match="line 2"):
        settings_of(line)
