"""CodeBuild's API for projects."""

# ruff: noqa: D102 - an operation's promise is AWS's own, in its API reference

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codebuild.ordering import DEFAULT_QUEUED_MINUTES, DEFAULT_TIMEOUT_MINUTES
from shipway.localcloud.services.codebuild.store import Store, name_in, not_found
from shipway.localcloud.wire import ServiceError, operation

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.wire import Caller, Request, Response

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,149}")


class ProjectOperations:
    """Create, read, change and delete projects."""

    kernel: Kernel
    store: Store

    @operation("CreateProject")
    def create_project(self, request: Request, caller: Caller) -> Response:
        name = request["name"]
        if not _NAME.fullmatch(name):
            raise ServiceError("InvalidInputException", f"Invalid project name: {name}")
        arn = caller.arn("codebuild", f"project/{name}")
        now = self.kernel.clock.now()
        with self.store.lock:
            projects = self.store.at(caller.account, caller.region).projects
            if name in projects:
                raise ServiceError("ResourceAlreadyExistsException", f"Project already exists: {arn}")
            projects[name] = {
                "timeoutInMinutes": DEFAULT_TIMEOUT_MINUTES,
                "queuedTimeoutInMinutes": DEFAULT_QUEUED_MINUTES,
                "encryptionKey": caller.arn("kms", "alias/aws/s3"),
                "cache": {"type": "NO_CACHE"},
                "badge": {"badgeEnabled": bool(request.get("badgeEnabled"))},
                **{key: value for key, value in request.items() if key != "badgeEnabled"},
                "arn": arn,
                "created": now,
                "lastModified": now,
            }
            return {"project": projects[name]}

    @operation("UpdateProject")
    def update_project(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            project = self._project(request["name"], caller)
            changed = {key: value for key, value in request.items() if key != "badgeEnabled"}
            project.update(changed, lastModified=self.kernel.clock.now())
            return {"project": dict(project)}

    @operation("DeleteProject")
    def delete_project(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            # Deleting what is not there is no error; the builds of a project go with it.
            place = self.store.at(caller.account, caller.region)
            name = name_in(request["name"])
            place.projects.pop(name, None)
            for build_id, build in list(place.builds.items()):
                if build.order.project == name and build.ended is not None:
                    del place.builds[build_id]

    @operation("BatchGetProjects")
    def batch_get_projects(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            projects = self.store.at(caller.account, caller.region).projects
            names = request["names"]
            found = [dict(projects[name_in(name)]) for name in names if name_in(name) in projects]
            return {
                "projects": found,
                "projectsNotFound": [name for name in names if name_in(name) not in projects],
            }

    @operation("ListProjects")
    def list_projects(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            projects = self.store.at(caller.account, caller.region).projects
            names = sorted(projects, reverse=request.get("sortOrder") == "DESCENDING")
            return {"projects": names}

    def _project(self, name: str, caller: Caller) -> dict[str, Any]:
        found = self.store.at(caller.account, caller.region).projects.get(name_in(name))
        if found is None:
            raise not_found("Project", caller.arn("codebuild", f"project/{name_in(name)}"))
        return found
