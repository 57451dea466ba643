"""CodeCommit's API for repositories, branches, tags and triggers."""

# ruff: noqa: D102 - an operation's promise is AWS's own, in its API reference

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from shipway.errors import MissingRequirementError
from shipway.localcloud.kernel import Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.codecommit.commits import CommitOperations
from shipway.localcloud.services.codecommit.http import GitOverHttp
from shipway.localcloud.services.codecommit.provisioner import RepositoryProvisioner
from shipway.localcloud.services.codecommit.repositories import Repositories, Repository
from shipway.localcloud.wire import ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.asgi import AsgiApp
    from shipway.localcloud.kernel import Kernel, Provisioner
    from shipway.localcloud.wire import Caller, Request, Response

_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|//|@\{))[^\s~^:?*\[\\\x00-\x1f\x7f]{1,256}(?<![./])")


class CodeCommit(CommitOperations, Service):
    """Git repositories; everything that is no pull request."""

    api: ClassVar[str] = "codecommit"

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "CodeCommit", "the API and its events"),
        Entry(Fidelity.EXECUTED, "git", "pushes and clones go through git itself, over HTTP"),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.repositories = Repositories(kernel)
        self._http = GitOverHttp(self.repositories, kernel)

    def routes(self) -> Mapping[str, AsgiApp]:
        """Git's own protocol, and the archive that CodePipeline's source action asks for."""
        return {"/git/": self._http.git, "/git-archive/": self._http.archive}

    def provisioners(self) -> Mapping[str, Provisioner]:
        """AWS::CodeCommit::Repository."""
        return {"AWS::CodeCommit::Repository": RepositoryProvisioner(self.kernel, self.repositories)}

    @operation("CreateRepository")
    def create_repository(self, request: Request, caller: Caller) -> Response:
        try:
            repository = self.repositories.create(
                request["repositoryName"],
                caller.account,
                caller.region,
                description=request.get("repositoryDescription", ""),
                kms_key_id=request.get("kmsKeyId"),
                tags=dict(request.get("tags", {})),
            )
        except MissingRequirementError as error:
            raise ServiceError("MissingRequirement", str(error), status=500) from error
        return {"repositoryMetadata": self.repositories.metadata(repository)}

    @operation("GetRepository")
    def get_repository(self, request: Request, caller: Caller) -> Response:
        return {"repositoryMetadata": self.repositories.metadata(self._repository(request, caller))}

    @operation("BatchGetRepositories")
    def batch_get_repositories(self, request: Request, caller: Caller) -> Response:
        found: list[dict[str, Any]] = []
        missing: list[str] = []
        for name in request["repositoryNames"]:
            repository = self.repositories.find(name, caller.account, caller.region)
            if repository is None:
                missing.append(name)
            else:
                found.append(self.repositories.metadata(repository))
        return {"repositories": found, "repositoriesNotFound": missing}

    @operation("ListRepositories")
    def list_repositories(self, request: Request, caller: Caller) -> Response:
        by_date = request.get("sortBy") == "lastModifiedDate"
        repositories = sorted(
            self.repositories.all(caller.account, caller.region),
            key=lambda r: (r.modified.timestamp() if by_date else 0.0, r.name),
            reverse=request.get("order") == "descending",
        )
        return {"repositories": [{"repositoryName": r.name, "repositoryId": r.id} for r in repositories]}

    @operation("DeleteRepository")
    def delete_repository(self, request: Request, caller: Caller) -> Response:
        # A repository that is not there is no error: AWS answers without an id.
        repository = self.repositories.find(request["repositoryName"], caller.account, caller.region)
        if repository is None:
            return {}
        self.repositories.delete(repository)
        return {"repositoryId": repository.id}

    @operation("UpdateRepositoryName")
    def update_repository_name(self, request: Request, caller: Caller) -> None:
        repository = self.repositories.get(request["oldName"], caller.account, caller.region)
        self.repositories.rename(repository, request["newName"])

    @operation("UpdateRepositoryDescription")
    def update_repository_description(self, request: Request, caller: Caller) -> None:
        self._repository(request, caller).description = request.get("repositoryDescription", "")

    @operation("UpdateDefaultBranch")
    def update_default_branch(self, request: Request, caller: Caller) -> None:
        repository = self._repository(request, caller)
        branch = request["defaultBranchName"]
        self._commit_of_branch(repository, branch)
        self.repositories.set_default_branch(repository, branch)

    @operation("GetBranch")
    def get_branch(self, request: Request, caller: Caller) -> Response:
        repository = self._repository(request, caller)
        if not (name := request.get("branchName", "")):
            raise ServiceError(
                "BranchNameRequiredException", "A branch name is required but was not specified"
            )
        return {"branch": {"branchName": name, "commitId": self._commit_of_branch(repository, name)}}

    @operation("ListBranches")
    def list_branches(self, request: Request, caller: Caller) -> Response:
        references = self.repositories.git.references(self._repository(request, caller).path)
        prefix = "refs/heads/"
        return {"branches": [name.removeprefix(prefix) for name in references if name.startswith(prefix)]}

    @operation("CreateBranch")
    def create_branch(self, request: Request, caller: Caller) -> None:
        repository = self._repository(request, caller)
        name = request["branchName"]
        _check_branch(name)
        commit = self._commit(repository, request["commitId"])
        with self.repositories.changing(repository, caller.principal_arn) as references:
            if f"refs/heads/{name}" in references:
                raise ServiceError("BranchNameExistsException", f"Branch {name} already exists")
            self.repositories.git.run(repository.path, "update-ref", f"refs/heads/{name}", commit)

    @operation("DeleteBranch")
    def delete_branch(self, request: Request, caller: Caller) -> Response:
        repository = self._repository(request, caller)
        name = request["branchName"]
        _check_branch(name)
        if name == repository.default_branch:
            raise ServiceError(
                "DefaultBranchCannotBeDeletedException", f"The default branch {name} cannot be deleted"
            )
        with self.repositories.changing(repository, caller.principal_arn) as references:
            commit = references.get(f"refs/heads/{name}")
            if commit is None:
                return {}  # AWS answers success for a branch that is not there
            self.repositories.git.run(repository.path, "update-ref", "-d", f"refs/heads/{name}")
        return {"deletedBranch": {"branchName": name, "commitId": commit}}

    @operation("ListTagsForResource")
    def list_tags(self, request: Request, caller: Caller) -> Response:
        return {"tags": dict(self._by_arn(request, caller).tags)}

    @operation("TagResource")
    def tag(self, request: Request, caller: Caller) -> None:
        self._by_arn(request, caller).tags.update(request["tags"])

    @operation("UntagResource")
    def untag(self, request: Request, caller: Caller) -> None:
        repository = self._by_arn(request, caller)
        for key in request["tagKeys"]:
            repository.tags.pop(key, None)

    @operation("GetRepositoryTriggers")
    def get_triggers(self, request: Request, caller: Caller) -> Response:
        repository = self._repository(request, caller)
        return {"configurationId": repository.trigger_configuration, "triggers": repository.triggers}

    @operation("PutRepositoryTriggers")
    def put_triggers(self, request: Request, caller: Caller) -> Response:
        repository = self._repository(request, caller)
        repository.triggers = list(request["triggers"])
        repository.trigger_configuration = str(uuid4())
        if repository.triggers:
            self.kernel.ledger.note(
                Fidelity.SIMULATED,
                "CodeCommit repository triggers",
                "recorded, never fired; rules on EventBridge are",
                where=repository.name,
            )
        return {"configurationId": repository.trigger_configuration}

    def _repository(self, request: Request, caller: Caller) -> Repository:
        return self.repositories.get(request["repositoryName"], caller.account, caller.region)

    def _by_arn(self, request: Request, caller: Caller) -> Repository:
        return self.repositories.get(request["resourceArn"].split(":")[-1], caller.account, caller.region)

    def _commit_of_branch(self, repository: Repository, name: str) -> str:
        _check_branch(name)
        commit = self.repositories.git.resolve(repository.path, f"refs/heads/{name}")
        if commit is None:
            raise ServiceError("BranchDoesNotExistException", f"Branch {name} does not exist")
        return commit


def _check_branch(name: str) -> None:
    if not _BRANCH.fullmatch(name):
        raise ServiceError("InvalidBranchNameException", f"The branch name {name} is not valid")
