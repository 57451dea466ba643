"""Operations on applications, their revisions and tags."""

# ruff: noqa: D102 - the operations are AWS's, and documented there

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shipway.localcloud.services.codedeploy.groups import Application
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codedeploy.store import Store


class ApplicationOperations:
    """The part of the service that keeps applications."""

    kernel: Kernel
    store: Store

    @operation("CreateApplication")
    def create_application(self, request: Request, caller: Caller) -> Response:
        name = request["applicationName"]
        application = Application(name, request.get("computePlatform", "Server"), self.kernel.clock.now())
        application.tags = {tag["Key"]: tag["Value"] for tag in request.get("tags", [])}
        with self.store.lock:
            if name in self.store.applications(caller):
                raise ServiceError(
                    "ApplicationAlreadyExistsException", f"Application already exists for name: {name}"
                )
            self.store.applications(caller)[name] = application
        return {"applicationId": application.id}

    @operation("GetApplication")
    def get_application(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"application": _info(self.store.application(caller, request["applicationName"]))}

    @operation("BatchGetApplications")
    def batch_get_applications(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            found = self.store.applications(caller)
            names = [name for name in request["applicationNames"] if name in found]
            return {"applicationsInfo": [_info(found[name]) for name in names]}

    @operation("ListApplications")
    def list_applications(self, _request: Request, caller: Caller) -> Response:
        with self.store.lock:
            return {"applications": sorted(self.store.applications(caller))}

    @operation("UpdateApplication")
    def update_application(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            applications = self.store.applications(caller)
            application = self.store.application(caller, request["applicationName"])
            new = request.get("newApplicationName", application.name)
            if new != application.name and new in applications:
                raise ServiceError(
                    "ApplicationAlreadyExistsException", f"Application already exists for name: {new}"
                )
            del applications[application.name]
            application.name = new
            applications[new] = application

    @operation("DeleteApplication")
    def delete_application(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            self.store.applications(caller).pop(request["applicationName"], None)

    @operation("RegisterApplicationRevision")
    def register_revision(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            known = _revision(application, request["revision"])
            if known is None:
                info = {"registerTime": self.kernel.clock.now(), "description": request.get("description")}
                application.revisions.append({"revision": request["revision"], "info": info})

    @operation("GetApplicationRevision")
    def get_revision(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            application = self.store.application(caller, request["applicationName"])
            known = _revision(application, request["revision"])
            if known is None:
                raise ServiceError("RevisionDoesNotExistException", "The revision has not been registered")
            return {
                "applicationName": application.name,
                "revision": known["revision"],
                "revisionInfo": known["info"],
            }

    @operation("ListTagsForResource")
    def list_tags(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            tags = self._tags(request["ResourceArn"], caller)
            return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    @operation("TagResource")
    def tag(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            self._tags(request["ResourceArn"], caller).update({t["Key"]: t["Value"] for t in request["Tags"]})

    @operation("UntagResource")
    def untag(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            tags = self._tags(request["ResourceArn"], caller)
            for key in request["TagKeys"]:
                tags.pop(key, None)

    def _tags(self, arn: str, caller: Caller) -> dict[str, str]:
        match arn.split(":", 5)[-1].split(":", 1):
            case ["application", name]:
                return self.store.application(caller, name).tags
            case ["deploymentgroup", path]:
                application, _, group = path.partition("/")
                return self.store.group(caller, application, group).tags
        raise ServiceError("InvalidArnException", f"{arn} is no ARN of an application or a deployment group")


def _info(application: Application) -> dict[str, Any]:
    return {
        "applicationId": application.id,
        "applicationName": application.name,
        "createTime": application.created,
        "linkedToGitHub": False,
        "computePlatform": application.platform,
    }


def _revision(application: Application, revision: dict[str, Any]) -> dict[str, Any] | None:
    return next((known for known in application.revisions if known["revision"] == revision), None)
