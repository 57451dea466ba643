"""boto3 clients with which the cloud's services call the cloud, each as the role that it acts in."""

from __future__ import annotations

import threading
from typing import Any

import boto3
from botocore.config import Config


class Clients:
    """Clients by API and role; made once, shared between threads (boto3 clients are thread-safe).

    Args:
        endpoint: The gateway's address.
        account: The account in whose name calls without a role are made.
        region: Default region.
    """

    _CONFIG = Config(
        retries={"mode": "standard", "total_max_attempts": 2},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=64,
        s3={"addressing_style": "path"},
    )

    def __init__(self, endpoint: str, account: str, region: str) -> None:
        self._endpoint = endpoint
        self._account = account
        self._region = region
        self._lock = threading.RLock()  # creating sessions and clients is not thread-safe
        # One session: it loads the model of an API once, 10 MB and 0.1 s that each build would pay again.
        self._session = boto3.session.Session()
        self._clients: dict[tuple[str, str, str, str], Any] = {}
        self._credentials: dict[tuple[str, str, str], dict[str, str]] = {}

    def client(self, api: str, *, role_arn: str = "", session: str = "shipway", via: str = "") -> Any:
        """A client of `api` acting as `role_arn`; without one, as the service itself.

        Args:
            api: botocore's name of the service.
            role_arn: The role to act in.
            session: Name of the role's session.
            via: The role that assumes `role_arn`; without one, the service does.
        """
        with self._lock:
            key = (api, role_arn, session if role_arn else "", via)
            if key not in self._clients:
                self._clients[key] = self._session.client(  # type: ignore[call-overload] # api is a str
                    api,
                    endpoint_url=self._endpoint,
                    config=self._CONFIG,
                    **self._key_of(role_arn, session, via),
                )
            return self._clients[key]

    def environment(self, role_arn: str, session: str, via: str = "") -> dict[str, str]:
        """The variables with which a program (a build, a task) acts as a role in this cloud."""
        key = self._key_of(role_arn, session, via)
        variables = {
            "AWS_ACCESS_KEY_ID": key["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": key["aws_secret_access_key"],
            "AWS_REGION": self._region,
            "AWS_DEFAULT_REGION": self._region,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if token := key.get("aws_session_token"):
            variables["AWS_SESSION_TOKEN"] = token
        return variables

    def _key_of(self, role_arn: str, session: str, via: str = "") -> dict[str, str]:
        if not role_arn:
            # An access key of 12 digits is an account: that is how ministack keeps tenants apart.
            return {
                "aws_access_key_id": self._account,
                "aws_secret_access_key": "local",
                "region_name": self._region,
            }
        with self._lock:
            key = (role_arn, session, via)
            if key not in self._credentials:
                answer = self.client("sts", role_arn=via, session=session).assume_role(
                    RoleArn=role_arn, RoleSessionName=session[:64]
                )
                self._credentials[key] = {
                    "aws_access_key_id": answer["Credentials"]["AccessKeyId"],
                    "aws_secret_access_key": answer["Credentials"]["SecretAccessKey"],
                    "aws_session_token": answer["Credentials"]["SessionToken"],
                    "region_name": self._region,
                }
            return self._credentials[key]
