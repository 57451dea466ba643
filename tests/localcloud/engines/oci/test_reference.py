from __future__ import annotations

import pytest

from shipway.localcloud.engines.oci.reference import InvalidNameError, is_ecr, parse_reference

DIGEST = f"sha256:{'0' * 64}"
ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("text", "registry", "repository", "version", "shown"),
    [
        ("python", "docker.io", "library/python", "latest", "python:latest"),
        ("python:3.12-slim", "docker.io", "library/python", "3.12-slim", "python:3.12-slim"),
        ("me/app:1", "docker.io", "me/app", "1", "me/app:1"),
        (f"{ECR}/team/app:v1", ECR, "team/app", "v1", f"{ECR}/team/app:v1"),
        (f"{ECR}/app@{DIGEST}", ECR, "app", DIGEST, f"{ECR}/app@{DIGEST}"),
        (f"{ECR}/app:v1@{DIGEST}", ECR, "app", DIGEST, f"{ECR}/app:v1@{DIGEST}"),
        ("localhost:5000/app", "localhost:5000", "app", "latest", "localhost:5000/app:latest"),
    ],
)
def test_names_are_read_with_dockers_defaults(text, registry, repository, version, shown):
    reference = parse_reference(text)
    assert (reference.registry, reference.repository, reference.version) == (registry, repository, version)
    assert str(reference.tagged()) == shown


@pytest.mark.parametrize("text", ["", "App", "app:", "app:-x", "app@sha256:12", "a b", "-app", f"{ECR}/:v1"])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(InvalidNameError, match="invalid reference format"):
        parse_reference(text)


def test_ecr_is_known_in_every_account_and_region():
    assert is_ecr(ECR)
    assert is_ecr("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn")
    assert not is_ecr("public.ecr.aws")
    assert not is_ecr(f"{ECR}.example.com")
