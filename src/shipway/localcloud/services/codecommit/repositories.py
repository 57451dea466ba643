"""The repositories of the cloud: what AWS knows of each, and the folder it lives in."""

from __future__ import annotations

import re
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shipway.localcloud.services.codecommit.changes import DETAIL_TYPE, changes, complete, first_branch
from shipway.localcloud.services.codecommit.git import Git
from shipway.localcloud.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from shipway.localcloud.kernel import Kernel

_NAME = re.compile(r"(?!.*\.git$)[\w.-]{1,100}")


@dataclass
class Repository:
    """One repository; changed only under `lock`."""

    name: str
    id: str
    account: str
    region: str
    path: Path
    created: datetime
    modified: datetime
    description: str = ""
    default_branch: str | None = None
    kms_key_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    triggers: list[dict[str, Any]] = field(default_factory=list)
    trigger_configuration: str | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def arn(self) -> str:
        """AWS's name of it."""
        return f"arn:aws:codecommit:{self.region}:{self.account}:{self.name}"


class Repositories:
    """Repositories by account, region and name."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._lock = threading.Lock()
        self._all: dict[tuple[str, str], dict[str, Repository]] = {}
        self.root = kernel.scratch / "codecommit"
        self.git = Git(self.root)

    def create(self, name: str, account: str, region: str, **attributes: Any) -> Repository:
        """Make an empty repository.

        Raises:
            ServiceError: The name is taken, or is none.
            MissingRequirementError: There is no git.
        """
        check_name(name)
        now = self._kernel.clock.now()
        repository_id = str(uuid4())
        repository = Repository(
            name, repository_id, account, region, self.root / f"{repository_id}.git", now, now, **attributes
        )
        with self._lock:
            known = self._all.setdefault((account, region), {})
            if name in known:
                raise ServiceError("RepositoryNameExistsException", f"Repository named {name} already exists")
            self.root.mkdir(exist_ok=True)
            self.git.create(repository.path)
            known[name] = repository
        return repository

    def find(self, name: str, account: str, region: str) -> Repository | None:
        """The repository of that name, if it is there."""
        with self._lock:
            return self._all.get((account, region), {}).get(name)

    def get(self, name: str, account: str, region: str) -> Repository:
        """The repository of that name; AWS's error without it."""
        check_name(name)
        found = self.find(name, account, region)
        if found is None:
            raise ServiceError("RepositoryDoesNotExistException", f"{name} does not exist")
        return found

    def by_id(self, repository_id: str) -> Repository | None:
        """The repository of that id, whoever's it is."""
        with self._lock:
            owned = [r for known in self._all.values() for r in known.values()]
        return next((r for r in owned if r.id == repository_id), None)

    def all(self, account: str, region: str) -> list[Repository]:
        """Every repository of an account in a region."""
        with self._lock:
            return list(self._all.get((account, region), {}).values())

    def rename(self, repository: Repository, name: str) -> None:
        """Give it another name; its id, commits and address by id stay."""
        check_name(name)
        with self._lock:
            known = self._all[repository.account, repository.region]
            if name in known:
                raise ServiceError("RepositoryNameExistsException", f"Repository named {name} already exists")
            known[name] = known.pop(repository.name)
            repository.name = name

    def delete(self, repository: Repository) -> None:
        """Remove it with all its commits."""
        with self._lock:
            self._all.get((repository.account, repository.region), {}).pop(repository.name, None)
        with repository.lock:
            shutil.rmtree(repository.path, ignore_errors=True)

    def clone_url(self, repository: Repository) -> str:
        """Where git finds it."""
        at_home = (repository.account, repository.region) == (self._kernel.account, self._kernel.region)
        # AWS tells accounts and regions apart by host and credentials; here all share one address.
        prefix = "" if at_home else f"{repository.account}/{repository.region}/"
        return f"{self._kernel.endpoint}/git/{prefix}v1/repos/{repository.name}"

    def metadata(self, repository: Repository) -> dict[str, Any]:
        """AWS's RepositoryMetadata."""
        return {
            "accountId": repository.account,
            "repositoryId": repository.id,
            "repositoryName": repository.name,
            "repositoryDescription": repository.description or None,
            "defaultBranch": repository.default_branch,
            "lastModifiedDate": repository.modified,
            "creationDate": repository.created,
            "cloneUrlHttp": self.clone_url(repository),
            "cloneUrlSsh": f"ssh://git-codecommit.{repository.region}.amazonaws.com/v1/repos/{repository.name}",
            "Arn": repository.arn,
            "kmsKeyId": repository.kms_key_id,
        }

    def set_default_branch(self, repository: Repository, branch: str) -> None:
        """Let a clone without a branch give this one."""
        self.git.run(repository.path, "symbolic-ref", "HEAD", f"refs/heads/{branch}")
        repository.default_branch = branch

    @contextmanager
    def changing(self, repository: Repository, caller_arn: str) -> Iterator[Mapping[str, str]]:
        """Hold the repository while its references change, then raise AWS's event for each that did.

        Gives the references as they were.
        """
        with repository.lock:
            before = self.git.references(repository.path)
            yield before
            after = self.git.references(repository.path)
            details = list(changes(before, after))
            if details:
                repository.modified = self._kernel.clock.now()
            if repository.default_branch is None and (branch := first_branch(after)) is not None:
                self.set_default_branch(repository, branch)
        for detail in details:
            self._kernel.events.emit(
                source="aws.codecommit",
                detail_type=DETAIL_TYPE,
                detail=complete(
                    detail, name=repository.name, repository_id=repository.id, caller_arn=caller_arn
                ),
                resources=[repository.arn],
                account=repository.account,
                region=repository.region,
            )


def check_name(name: str) -> None:
    """AWS's error for what cannot be the name of a repository."""
    if not _NAME.fullmatch(name):
        raise ServiceError(
            "InvalidRepositoryNameException",
            "The repository name must be 1 to 100 letters, digits, '.', '_' or '-' and must not end in .git",
        )
