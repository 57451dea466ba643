"""Source / CodeCommit: the head of a branch, as a zip.

Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from shipway.localcloud.services.codecommit.archive import fetch_archive
from shipway.localcloud.services.codepipeline import artifacts
from shipway.localcloud.services.codepipeline.actions.action import ActionFailedError, Outcome, Work
from shipway.localcloud.services.codepipeline.actions.refusals import is_denied, message_of
from shipway.localcloud.services.codepipeline.declaration import ActionSpec
from shipway.localcloud.services.codepipeline.runs import Revision
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CLONE_REF = "CODEBUILD_CLONE_REF"


class CodeCommitSource:
    """GetBranch, GetCommit, then the archive of the commit, all in the action's role."""

    key = ("Source", "CodeCommit")
    spec = ActionSpec(
        required=frozenset({"RepositoryName", "BranchName"}),
        optional=frozenset({"PollForSourceChanges", "OutputArtifactFormat"}),
        inputs=(0, 0),
        outputs=(1, 1),
        timeout_minutes=60,
    )

    def run(self, work: Work) -> Outcome:
        """Take the branch's head, or the commit that StartPipelineExecution named."""
        repository, branch = work.configuration["RepositoryName"], work.configuration["BranchName"]
        client = work.client("codecommit")
        try:
            commit_id = (
                work.revision
                or client.get_branch(repositoryName=repository, branchName=branch)["branch"]["commitId"]
            )
            commit: dict[str, Any] = client.get_commit(repositoryName=repository, commitId=commit_id)[
                "commit"
            ]
            content = self._artifact(work, client, repository, commit_id)
        except ClientError as error:
            raise _failure(error, repository, branch) from error
        except ServiceError as error:
            raise ActionFailedError(f"{error.message}", "RevisionUnavailable") from error
        work.write(work.action.outputs[0], content)
        author, message = commit["author"], commit.get("message", "").rstrip("\n")
        url = work.console("codecommit", f"repository/{repository}/commit/{commit_id}")
        return Outcome(
            summary=message,
            external_id=commit_id,
            external_url=url,
            variables={
                "AuthorDate": _date(author["date"]),
                "BranchName": branch,
                "CommitId": commit_id,
                "CommitMessage": message,
                "CommitterDate": _date(commit["committer"]["date"]),
                "RepositoryName": repository,
            },
            revision=Revision(commit_id, message, url, datetime.now(UTC)),
        )

    @staticmethod
    def _artifact(work: Work, client: Any, repository: str, commit: str) -> bytes:
        if work.configuration.get("OutputArtifactFormat") != _CLONE_REF:
            return fetch_archive(
                work.kernel, repository, commit, role_arn=work.role_arn, session=work.session, via=work.via
            )
        # A full clone: the artifact only says where CodeBuild shall clone from.
        metadata = client.get_repository(repositoryName=repository)["repositoryMetadata"]
        reference = {
            "type": _CLONE_REF,
            "repositoryName": repository,
            "cloneUrl": metadata["cloneUrlHttp"],
            "commitId": commit,
            "branchName": work.configuration["BranchName"],
        }
        return artifacts.zipped({"codebuild-clone-ref.json": json.dumps(reference).encode()})

    def newest(self, client: Callable[[str], Any], configuration: Mapping[str, str]) -> str:
        """The branch's head; empty when there is no such branch."""
        try:
            found = client("codecommit").get_branch(
                repositoryName=configuration["RepositoryName"], branchName=configuration["BranchName"]
            )
        except ClientError:
            return ""
        return str(found["branch"]["commitId"])


def _failure(error: ClientError, repository: str, branch: str) -> ActionFailedError:
    again = "and then try again. Error:"
    if is_denied(error):
        return ActionFailedError(
            "The service role or action role doesn\N{RIGHT SINGLE QUOTATION MARK}t have the permissions "
            f"required to access the AWS CodeCommit repository named {repository}. Update the IAM role "
            f"permissions, {again} {message_of(error)}",
            "PermissionError",
        )
    match error.response["Error"]["Code"]:
        case "BranchDoesNotExistException":
            text = (
                f"The action failed because no branch named {branch} was found in the selected AWS "
                f"CodeCommit repository {repository}. Make sure you are using the correct branch name, "
                f"{again} {branch}"
            )
        case "RepositoryDoesNotExistException":
            text = (
                f"The action failed because the AWS CodeCommit repository named {repository} was not found. "
                f"Make sure you are using the correct repository name, {again} {repository}"
            )
        case _:
            text = message_of(error)
    return ActionFailedError(text, "ConfigurationError")


def _date(raw: str) -> str:
    """CodeCommit gives ``SECONDS ZONE``; the variable is ISO 8601."""
    return datetime.fromtimestamp(int(raw.split(maxsplit=1)[0]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
