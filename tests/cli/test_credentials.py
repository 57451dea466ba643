"""`shipway credentials`, against a local cloud as its users run it against theirs."""

import io
import json
import subprocess
import sys

import boto3
import pytest

from shipway.cli.app import main
from shipway.rehearsal.credentials import Parameter

USER_NAME = "/hello/dev/docker-hub/user-name"
PASSWORD = "/hello/dev/docker-hub/password"
SECRET = "s3cret-t0ken"


@pytest.fixture(scope="module")
def endpoint():
    process = subprocess.Popen(
        [sys.executable, "-m", "shipway.localcloud", "--log-level", "WARNING"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        line = process.stdout.readline()
        assert line, f"the cloud ended with exit code {process.wait()} before it was ready"
        yield json.loads(line)["endpoint"]
        process.stdin.close()
        assert process.wait(timeout=15) == 0


@pytest.fixture(autouse=True)
def configuration(endpoint, monkeypatch, tmp_path):
    """The user's AWS configuration, and nothing of the machine's."""
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "any",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ENVIRONMENT_SUFFIX", raising=False)


@pytest.fixture
def ssm():
    client = boto3.client("ssm")
    yield client
    for name in (USER_NAME, PASSWORD):
        client.delete_parameters(Names=[name])
    client.close()


@pytest.fixture
def deployed(ssm):
    """What the stack makes."""
    ssm.put_parameter(Name=USER_NAME, Value="unset", Type="String")
    return ssm


@pytest.fixture
def give(monkeypatch):
    """Gives a text on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def read(ssm, name):
    found = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    return found["Type"], found["Value"]


def test_both_are_written_and_the_password_is_never_shown(deployed, give, capsys):
    give(f"{SECRET}\n")
    assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 0
    assert read(deployed, USER_NAME) == ("String", "acme")
    assert read(deployed, PASSWORD) == ("SecureString", SECRET)
    out, err = capsys.readouterr()
    assert err == f"written and read back: {USER_NAME} and {PASSWORD}\n"
    assert SECRET not in out + err

    assert main(["credentials", "check", "hello"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{USER_NAME} and {PASSWORD} are set\n"
    assert SECRET not in out + err


def test_a_rotation_writes_over_the_old_ones(deployed, give):
    for secret in (SECRET, "the-next"):
        give(secret)
        assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 0
    assert read(deployed, PASSWORD) == ("SecureString", "the-next")


def test_the_environment_is_part_of_the_name(deployed, give, monkeypatch, capsys):
    give(SECRET)
    assert main(["credentials", "set", "hello", "--environment", "prod", "--user-name", "acme"]) == 2
    assert "/hello/prod/docker-hub/user-name: the parameter does not exist" in capsys.readouterr().err
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "staging")
    assert main(["credentials", "check", "hello"]) == 1
    assert "/hello/staging/" in capsys.readouterr().out
    assert read(deployed, USER_NAME) == ("String", "unset")


def test_the_names_are_those_that_the_construct_has():
    from shipway.constructs import App, RegistryCredentials, Stack, naming_for  # noqa: PLC0415
    from shipway.constructs.registry_credentials import UNSET  # noqa: PLC0415
    from shipway.rehearsal import credentials  # noqa: PLC0415

    stack = Stack(App(), "hello-dev")
    construct = RegistryCredentials(stack, "Credentials", naming=naming_for(stack, "hello"))
    places = credentials.Places.of("hello", "dev")
    assert (places.user_name, places.password) == (construct.user_name_path, construct.password_path)
    assert credentials.UNSET == UNSET


def test_before_the_stack_is_deployed_nothing_is_written(ssm, give, capsys):
    """The stack could not make its parameter if it were there."""
    give(SECRET)
    assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 2
    assert "Deploy the stack first" in capsys.readouterr().err
    assert ssm.get_parameters(Names=[USER_NAME, PASSWORD])["Parameters"] == []


def test_a_password_in_plain_text_is_not_written_over_in_silence(deployed, give, capsys):
    deployed.put_parameter(Name=PASSWORD, Value="plain", Type="String")
    give(SECRET)
    assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 2
    assert f"aws ssm delete-parameter --name {PASSWORD}" in capsys.readouterr().err
    assert read(deployed, USER_NAME) == ("String", "unset")

    assert main(["credentials", "check", "hello"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{USER_NAME} is not set: the build pulls anonymously",
        f"{PASSWORD} is a String: it is not encrypted",
    ]


def test_a_check_says_what_is_missing(ssm, capsys):
    assert main(["credentials", "check", "hello"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{USER_NAME} does not exist: the stack is not deployed here",
        f"{PASSWORD} does not exist",
    ]
    ssm.put_parameter(Name=USER_NAME, Value="unset", Type="String")
    ssm.put_parameter(Name=PASSWORD, Value=SECRET, Type="SecureString")
    assert main(["credentials", "check", "hello"]) == 1
    assert capsys.readouterr().out == f"{USER_NAME} is not set: the build pulls anonymously\n"


@pytest.mark.parametrize("password", ["", "\n", "two\nlines", "x" * 4097, "{{ssm:other}}", "bell\a"])
def test_a_password_that_parameter_store_refuses_is_refused_and_not_shown(deployed, give, capsys, password):
    give(password)
    assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 2
    said = capsys.readouterr().err
    assert "the password must be one line" in said
    assert len(password) < 2 or password not in said
    assert deployed.get_parameters(Names=[PASSWORD])["Parameters"] == []


def test_the_user_name_that_means_none_is_refused(deployed, give, capsys):
    give(SECRET)
    assert main(["credentials", "set", "hello", "--user-name", "unset"]) == 2
    assert "'unset' means that there is no user name" in capsys.readouterr().err
    assert read(deployed, USER_NAME) == ("String", "unset")


def test_a_pipe_needs_the_user_name_as_an_option(give, capsys):
    give(SECRET)
    assert main(["credentials", "set", "hello"]) == 2
    assert "--user-name is needed" in capsys.readouterr().err


def test_the_password_is_no_argument(capsys):
    assert main(["credentials", "set", "hello", "--password", SECRET]) == 2
    assert main(["credentials", "set", "hello", SECRET]) == 2
    assert "Usage: shipway credentials set" in capsys.readouterr().err


@pytest.mark.parametrize("service", ["Hello", "hello/dev", ""])
def test_a_service_that_no_stack_has_is_refused(service, capsys):
    assert main(["credentials", "check", service]) == 2
    assert "the service must consist of" in capsys.readouterr().err


def test_an_account_without_credentials_is_said(monkeypatch, capsys):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert main(["credentials", "check", "hello"]) == 3
    said = capsys.readouterr().err
    assert said.startswith("shipway: AWS cannot be called (got Unable to locate credentials)")
    assert "aws sso login" in said


def test_an_unknown_profile_and_no_region_are_said(monkeypatch, capsys):
    assert main(["credentials", "check", "hello", "--profile", "other"]) == 3
    assert "The config profile (other) could not be found" in capsys.readouterr().err
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    assert main(["credentials", "check", "hello"]) == 3
    assert "--region" in capsys.readouterr().err


def test_a_cloud_that_does_not_answer_is_said(monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert main(["credentials", "check", "hello"]) == 3
    assert "nobody answers" in capsys.readouterr().err


@pytest.mark.usefixtures("deployed")
def test_what_aws_refuses_does_not_quote_the_password(give, capsys, monkeypatch):
    from botocore.client import BaseClient  # noqa: PLC0415
    from botocore.exceptions import ClientError  # noqa: PLC0415

    call = BaseClient._make_api_call

    def refuse(client, operation, arguments):
        if operation == "PutParameter":
            message = f"Value '{arguments['Value']}' failed to satisfy constraint"
            raise ClientError({"Error": {"Code": "ValidationException", "Message": message}}, operation)
        return call(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    give(SECRET)
    assert main(["credentials", "set", "hello", "--user-name", "acme"]) == 2
    said = capsys.readouterr().err
    assert "Value '***' failed to satisfy constraint" in said
    assert SECRET not in said


def test_a_parameter_is_not_shown_by_accident():
    assert SECRET not in repr(Parameter("SecureString", SECRET))


def test_a_terminal_is_asked_and_shows_no_password(deployed):
    """In a real terminal: what is typed there is shown by the terminal itself, unless it is told not to."""
    arguments = [sys.executable, "-m", "shipway", "credentials", "set", "hello"]
    with subprocess.Popen(
        [sys.executable, "-c", f"import pty; pty.spawn({arguments!r})"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as terminal:
        shown = b""
        for question, answer in (
            (b"User name on Docker Hub: ", "acme"),
            (b"Password or access token: ", SECRET),
            (b"Repeat for confirmation: ", SECRET),
            (b"written and read back", ""),
        ):
            while question not in shown:
                byte = terminal.stdout.read(1)
                assert byte, shown
                shown += byte
            terminal.stdin.write(f"{answer}\n".encode())
            terminal.stdin.flush()
        shown += terminal.communicate(timeout=30)[0]
    assert read(deployed, USER_NAME) == ("String", "acme")
    assert read(deployed, PASSWORD) == ("SecureString", SECRET)
    assert SECRET.encode() not in shown
