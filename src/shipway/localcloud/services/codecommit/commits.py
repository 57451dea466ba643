"""CodeCommit's API for commits, files and folders."""

# ruff: noqa: D102 - an operation's promise is AWS's own, in its API reference

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codecommit import trees
from shipway.localcloud.services.codecommit.git import GitError
from shipway.localcloud.services.codecommit.trees import Author, NewFile, TreeEntry
from shipway.localcloud.wire import ServiceError, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shipway.localcloud.services.codecommit.repositories import Repositories, Repository
    from shipway.localcloud.wire import Caller, Request, Response

_ID_LENGTH = 40


class CommitOperations:
    """The half of the service that reads and writes content."""

    repositories: Repositories

    @operation("GetCommit")
    def get_commit(self, request: Request, caller: Caller) -> Response:
        repository = self._of(request, caller)
        commit = self._commit(repository, request["commitId"])
        # %x00 keeps the parts apart whatever a message holds.
        layout = "%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B"
        shown = self.repositories.git.run(
            repository.path, "show", "--no-patch", "--date=raw", f"--format={layout}", commit
        )
        tree, parents, *people, message = shown.decode(errors="replace").removesuffix("\n").split("\0")
        author, committer = people[:3], people[3:]
        return {
            "commit": {
                "commitId": commit,
                "treeId": tree,
                "parents": parents.split(),
                "message": message,
                "author": dict(zip(("name", "email", "date"), author, strict=True)),
                "committer": dict(zip(("name", "email", "date"), committer, strict=True)),
                "additionalData": "",
            }
        }

    @operation("GetFile")
    def get_file(self, request: Request, caller: Caller) -> Response:
        repository = self._of(request, caller)
        commit = self._specified(repository, request.get("commitSpecifier", ""))
        found = trees.entry(self.repositories.git, repository.path, commit, request["filePath"])
        if found is None or found.kind != "blob":
            raise ServiceError(
                "FileDoesNotExistException", f"{request['filePath']} does not exist in {commit}"
            )
        content = self.repositories.git.run(repository.path, "cat-file", "blob", found.id)
        return {
            "commitId": commit,
            "blobId": found.id,
            "filePath": found.path,
            "fileMode": found.file_mode,
            "fileSize": len(content),
            "fileContent": base64.b64encode(content).decode(),
        }

    @operation("GetBlob")
    def get_blob(self, request: Request, caller: Caller) -> Response:
        repository = self._of(request, caller)
        try:
            content = self.repositories.git.run(repository.path, "cat-file", "blob", request["blobId"])
        except GitError as error:
            raise ServiceError(
                "BlobIdDoesNotExistException", f"{request['blobId']} does not exist"
            ) from error
        return {"content": base64.b64encode(content).decode()}

    @operation("GetFolder")
    def get_folder(self, request: Request, caller: Caller) -> Response:
        repository = self._of(request, caller)
        git = self.repositories.git
        commit = self._specified(repository, request.get("commitSpecifier", ""))
        path = request["folderPath"].strip("/")
        found = trees.entry(git, repository.path, commit, path) if path else None
        if path and (found is None or found.kind != "tree"):
            raise ServiceError("FolderDoesNotExistException", f"{path} does not exist in {commit}")
        listed = trees.entries(git, repository.path, commit, path)
        folder = git.text(repository.path, "rev-parse", f"{commit}^{{tree}}") if found is None else found.id
        return {
            "commitId": commit,
            "folderPath": path,
            "treeId": folder,
            "subFolders": [{"treeId": e.id, **_paths(e, path)} for e in listed if e.kind == "tree"],
            "files": [_file(e, path) for e in listed if e.kind == "blob" and e.file_mode != "SYMLINK"],
            "symbolicLinks": [_file(e, path) for e in listed if e.file_mode == "SYMLINK"],
            "subModules": [{"commitId": e.id, **_paths(e, path)} for e in listed if e.kind == "commit"],
        }

    @operation("GetDifferences")
    def get_differences(self, request: Request, caller: Caller) -> Response:
        repository = self._of(request, caller)
        after = self._content(repository, request["afterCommitSpecifier"], request.get("afterPath", ""))
        before: dict[str, TreeEntry] = {}
        if specifier := request.get("beforeCommitSpecifier"):
            before = self._content(repository, specifier, request.get("beforePath", ""))
        return {
            "differences": [
                _difference(before.get(path), after.get(path))
                for path in sorted({*before, *after})
                if before.get(path) != after.get(path)
            ]
        }

    @operation("CreateCommit")
    def create_commit(self, request: Request, caller: Caller) -> Response:
        put = [
            NewFile(f["filePath"].strip("/"), _decoded(f), f.get("fileMode"))
            for f in request.get("putFiles", [])
        ]
        put += [
            NewFile(f["filePath"].strip("/"), None, f["fileMode"]) for f in request.get("setFileModes", [])
        ]
        deleted = [f["filePath"].strip("/") for f in request.get("deleteFiles", [])]
        if not put and not deleted:
            raise ServiceError(
                "FileEntryRequiredException", "The commit cannot be created without any changes"
            )
        made = self._make_commit(request, caller, put, deleted, request.get("authorName", ""))
        existed = made.pop("existed")
        changed = [
            {"absolutePath": f.path, "blobId": made["blobs"][f.path], "fileMode": f.mode or "NORMAL"}
            for f in put
        ]
        return {
            "commitId": made["commitId"],
            "treeId": made["treeId"],
            "filesAdded": [file for file in changed if file["absolutePath"] not in existed],
            "filesUpdated": [file for file in changed if file["absolutePath"] in existed],
            "filesDeleted": [{"absolutePath": path} for path in deleted],
        }

    @operation("PutFile")
    def put_file(self, request: Request, caller: Caller) -> Response:
        path = request["filePath"].strip("/")
        file = NewFile(path, base64.b64decode(request["fileContent"]), request.get("fileMode"))
        made = self._make_commit(request, caller, [file], [], request.get("name", ""))
        return {"commitId": made["commitId"], "treeId": made["treeId"], "blobId": made["blobs"][path]}

    @operation("DeleteFile")
    def delete_file(self, request: Request, caller: Caller) -> Response:
        path = request["filePath"].strip("/")
        made = self._make_commit(request, caller, [], [path], request.get("name", ""))
        return {
            "commitId": made["commitId"],
            "treeId": made["treeId"],
            "blobId": made["existed"][path],
            "filePath": path,
        }

    def _make_commit(
        self, request: Request, caller: Caller, files: Sequence[NewFile], deleted: Sequence[str], name: str
    ) -> dict[str, Any]:
        repository = self._of(request, caller)
        git = self.repositories.git
        reference = f"refs/heads/{request['branchName']}"
        author = Author(name or caller.principal_arn.rsplit("/", 1)[-1], request.get("email", ""))
        message = request.get("commitMessage", "")
        with self.repositories.changing(repository, caller.principal_arn) as references:
            parent = references.get(reference)
            _check_parent(
                parent, request.get("parentCommitId"), request["branchName"], is_first=not references
            )
            existed = self._content(repository, parent, "") if parent else {}
            if missing := next((path for path in deleted if path not in existed), None):
                raise ServiceError("FileDoesNotExistException", f"{missing} does not exist in {parent}")
            try:
                tree, blobs = trees.write_tree(git, repository.path, parent, files, deleted)
            except GitError as error:
                raise ServiceError("InvalidPathException", str(error)) from error
            if parent and tree == git.text(repository.path, "rev-parse", f"{parent}^{{tree}}"):
                raise ServiceError(
                    "SameFileContentException" if "fileContent" in request else "NoChangeException",
                    "The commit would change nothing",
                )
            commit = trees.write_commit(
                git, repository.path, tree, parent=parent, message=message, author=author
            )
            git.run(repository.path, "update-ref", reference, commit)
        ids = {path: entry.id for path, entry in existed.items()}
        return {"commitId": commit, "treeId": tree, "blobs": blobs, "existed": ids}

    def _of(self, request: Request, caller: Caller) -> Repository:
        return self.repositories.get(request["repositoryName"], caller.account, caller.region)

    def _commit(self, repository: Repository, commit_id: str) -> str:
        """The full id of a commit that is named by its id."""
        found = self.repositories.git.resolve(repository.path, commit_id) if _is_hex(commit_id) else None
        if found is None:
            raise ServiceError("CommitIdDoesNotExistException", f"Commit {commit_id} does not exist")
        return found

    def _specified(self, repository: Repository, specifier: str) -> str:
        """The commit that a branch, tag, id or nothing (HEAD) names."""
        found = self.repositories.git.resolve(repository.path, specifier or "HEAD")
        if found is None:
            raise ServiceError("CommitDoesNotExistException", f"{specifier or 'HEAD'} names no commit")
        return found

    def _content(self, repository: Repository, specifier: str, path: str) -> dict[str, TreeEntry]:
        commit = self._specified(repository, specifier)
        found = trees.entries(self.repositories.git, repository.path, commit, path, recursive=True)
        return {entry.path: entry for entry in found}


def _check_parent(parent: str | None, given: str | None, branch: str, *, is_first: bool) -> None:
    """AWS's rule: a branch that is there needs its tip as parent; only an empty one needs no branch."""
    if parent is None and not is_first:
        raise ServiceError("BranchDoesNotExistException", f"Branch {branch} does not exist")
    if parent is not None and given is None:
        raise ServiceError("ParentCommitIdRequiredException", "A parent commit ID is required")
    if parent is not None and given != parent:
        message = f"The tip of {branch} is {parent}, not {given}"
        raise ServiceError("ParentCommitIdOutdatedException", message)


def _decoded(file: dict[str, Any]) -> bytes:
    if "fileContent" not in file:
        raise ServiceError("SourceFileOrContentRequiredException", "Only content can be put, no source file")
    return base64.b64decode(file["fileContent"])


def _paths(entry: TreeEntry, folder: str) -> dict[str, str]:
    return {"absolutePath": entry.path, "relativePath": posixpath.relpath(entry.path, folder or ".")}


def _file(entry: TreeEntry, folder: str) -> dict[str, str]:
    return {"blobId": entry.id, "fileMode": entry.file_mode, **_paths(entry, folder)}


def _difference(before: TreeEntry | None, after: TreeEntry | None) -> dict[str, Any]:
    def blob(entry: TreeEntry | None) -> dict[str, str] | None:
        return None if entry is None else {"blobId": entry.id, "path": entry.path, "mode": entry.mode}

    kind = "A" if before is None else "D" if after is None else "M"
    return {"beforeBlob": blob(before), "afterBlob": blob(after), "changeType": kind}


def _is_hex(text: str) -> bool:
    return 0 < len(text) <= _ID_LENGTH and all(c in "0123456789abcdefABCDEF" for c in text)
