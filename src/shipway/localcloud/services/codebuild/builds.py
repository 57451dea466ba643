"""CodeBuild's API for builds."""

# ruff: noqa: D102 - an operation's promise is AWS's own, in its API reference

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shipway.localcloud.services.codebuild.ordering import make_order
from shipway.localcloud.services.codebuild.projects import ProjectOperations
from shipway.localcloud.services.codebuild.record import IN_PROGRESS, BuildRecord
from shipway.localcloud.services.codebuild.runner import BuildRunner
from shipway.localcloud.services.codebuild.store import name_in, not_found
from shipway.localcloud.wire import operation

if TYPE_CHECKING:
    from shipway.localcloud.services.codebuild.shell_session import Guard
    from shipway.localcloud.wire import Caller, Request, Response


class BuildOperations(ProjectOperations, ABC):
    """Start, follow and stop builds."""

    @abstractmethod
    def guard(self) -> Guard:
        """What ends the shells of builds when the cloud is killed."""

    @operation("StartBuild")
    def start_build(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            project = self._project(request["projectName"], caller)
            place = self.store.at(caller.account, caller.region)
            token = request.get("idempotencyToken")
            for build in place.builds.values():
                if token and build.order.request.get("idempotencyToken") == token:
                    return {"build": build.as_api()}
            name = project["name"]
            order = make_order(
                project,
                request,
                account=caller.account,
                region=caller.region,
                caller=_initiator(caller),
                number=place.numbers[name] + 1,
            )
            place.numbers[name] += 1
            record = BuildRecord(str(uuid4()), order, self.kernel.clock.now())
            place.builds[record.id] = record
        runner = BuildRunner(self.kernel, self.store, record, self.guard())
        runner.submit()
        self.kernel.jobs.start(f"build {record.id}", runner.run)
        return {"build": record.as_api()}

    @operation("RetryBuild")
    def retry_build(self, request: Request, caller: Caller) -> Response:
        original = self._build(request["id"], caller)
        again = {key: value for key, value in original.order.request.items() if key != "idempotencyToken"}
        return self.start_build(again, caller)

    @operation("StopBuild")
    def stop_build(self, request: Request, caller: Caller) -> Response:
        build = self._build(request["id"], caller)
        build.stop_asked.set()
        return {"build": build.as_api()}

    @operation("BatchGetBuilds")
    def batch_get_builds(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            builds = self.store.at(caller.account, caller.region).builds
            asked = [(build_id, builds.get(name_in(build_id))) for build_id in request["ids"]]
        return {
            "builds": [build.as_api() for _, build in asked if build is not None],
            "buildsNotFound": [build_id for build_id, build in asked if build is None],
        }

    @operation("ListBuilds")
    def list_builds(self, request: Request, caller: Caller) -> Response:
        return {"ids": self._ids(request, caller, None)}

    @operation("ListBuildsForProject")
    def list_builds_for_project(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            name = self._project(request["projectName"], caller)["name"]
        return {"ids": self._ids(request, caller, name)}

    @operation("BatchDeleteBuilds")
    def batch_delete_builds(self, request: Request, caller: Caller) -> Response:
        deleted: list[str] = []
        kept: list[dict[str, Any]] = []
        with self.store.lock:
            builds = self.store.at(caller.account, caller.region).builds
            for given in request["ids"]:
                build = builds.get(name_in(given))
                if build is None:
                    continue
                if build.status == IN_PROGRESS:
                    kept.append({"id": build.id, "statusCode": "BUILD_IN_PROGRESS"})
                else:
                    del builds[build.id]
                    deleted.append(build.arn)
        return {"buildsDeleted": deleted, "buildsNotDeleted": kept}

    def _ids(self, request: Request, caller: Caller, project: str | None) -> list[str]:
        with self.store.lock:
            builds = list(self.store.at(caller.account, caller.region).builds.values())
        ids = [build.id for build in builds if project in {None, build.order.project}]
        return ids if request.get("sortOrder") == "ASCENDING" else ids[::-1]

    def _build(self, build_id: str, caller: Caller) -> BuildRecord:
        with self.store.lock:
            found = self.store.at(caller.account, caller.region).builds.get(name_in(build_id))
        if found is None:
            raise not_found("Build", caller.arn("codebuild", f"build/{name_in(build_id)}"))
        return found


def _initiator(caller: Caller) -> str:
    """``user`` or ``role/session``, as AWS shows who started a build."""
    resource = caller.principal_arn.split(":")[-1]
    return resource.partition("/")[2] or resource
