"""The source archive of a commit, asked for as CodePipeline's source action does."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.httpsession

from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel


def fetch_archive(
    kernel: Kernel, repository: str, commit: str, *, role_arn: str, session: str, via: str = ""
) -> bytes:
    """The zip of a commit's files.

    The role is who asks; on AWS it needs ``codecommit:UploadArchive`` and ``GetUploadArchiveStatus``.
    `via` is the role that assumes it; without one, the service does.

    Raises:
        ServiceError: The cloud refused, or there is no such repository or commit.
    """
    key = kernel.clients.environment(role_arn, session, via)
    credentials = botocore.credentials.Credentials(
        key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"], key.get("AWS_SESSION_TOKEN")
    )
    request = botocore.awsrequest.AWSRequest(
        "GET", f"{kernel.endpoint}/git-archive/{quote(repository)}?commit={quote(commit, safe='')}"
    )
    botocore.auth.SigV4Auth(credentials, "codecommit", kernel.region).add_auth(request)
    answer = botocore.httpsession.URLLib3Session().send(request.prepare())
    if answer.status_code != HTTPStatus.OK:
        denied = answer.status_code == HTTPStatus.FORBIDDEN
        code = "AccessDeniedException" if denied else "CommitDoesNotExistException"
        raise ServiceError(code, answer.text.strip() or f"status {answer.status_code}")
    return bytes(answer.content)
