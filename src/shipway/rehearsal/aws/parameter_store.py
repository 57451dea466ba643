"""Parameter Store by boto3, as the user's own AWS configuration finds it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from shipway.errors import InputError, MissingRequirementError
from shipway.rehearsal.credentials import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_ssm import SSMClient


class AwsParameterStore:
    """The ``ParameterStore`` port. Unlike a rehearsal it does use the user's credentials.

    Args:
        profile: A profile of the AWS configuration; empty for what the environment says.
        region: AWS region; empty for what the configuration says.

    Raises:
        MissingRequirementError: There is no such profile, no region, or nobody answers.
        InputError: AWS refuses a call.
    """

    def __init__(self, profile: str = "", region: str = "") -> None:
        with _refusals("", ""):
            session = boto3.Session(profile_name=profile or None, region_name=region or None)
            self._ssm: SSMClient = session.client("ssm")

    def read(self, name: str) -> Parameter | None:
        """See ``ParameterStore``."""
        with _refusals(name, ""):
            try:
                found = self._ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
            except self._ssm.exceptions.ParameterNotFound:
                return None
        return Parameter(found.get("Type", ""), found.get("Value", ""))

    def write(self, name: str, parameter: Parameter) -> None:
        """See ``ParameterStore``."""
        with _refusals(name, parameter.value):
            # No KeyId: the account's key aws/ssm lets whoever may read the parameter decrypt it, and the
            # build's role has no right to another key.
            self._ssm.put_parameter(
                Name=name,
                Value=parameter.value,
                Type="SecureString" if parameter.type == "SecureString" else "String",
                Overwrite=True,
            )


@contextmanager
def _refusals(name: str, secret: str) -> Iterator[None]:
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError, NoRegionError, ProfileNotFound) as error:
        raise MissingRequirementError(
            "AWS cannot be called",
            value=str(error),
            remedy="Log in with `aws configure` or `aws sso login`, or name --profile and --region",
        ) from error
    except EndpointConnectionError as error:
        raise MissingRequirementError(
            "nobody answers", value=str(error), remedy="Check the network, --region and AWS_ENDPOINT_URL"
        ) from error
    except (ClientError, BotoCoreError) as error:
        said = str(error).replace(secret, "***") if secret else str(error)
        # `from None`: the cause may quote what was sent, and a crash report would show it.
        raise InputError(
            "AWS refuses the call", where=name, value=said, remedy="Check the account, and its permissions"
        ) from None
