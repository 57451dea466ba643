"""Operations on task definitions."""

from __future__ import annotations

from shipway.localcloud.services.ecs import definition_checks, render
from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.services.ecs.records import ACTIVE, INACTIVE, now
from shipway.localcloud.services.ecs.state import check_name
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

_DELETING = "DELETE_IN_PROGRESS"


class Definitions(Part):
    """RegisterTaskDefinition and what goes with it."""

    @operation("RegisterTaskDefinition")
    def register(self, request: Request, caller: Caller) -> Response:
        """Make the next revision of a family."""
        family = request["family"]
        check_name(family, "Task definition family")
        definition_checks.check(request)
        with self.state.lock:
            # Revisions are never given out twice, not even after the family was deleted.
            revision = self._next_revision(family, caller)
            arn = caller.arn("ecs", f"task-definition/{family}:{revision}")
            item = {
                "taskDefinitionArn": arn,
                **definition_checks.with_defaults(request),
                "revision": revision,
                "status": ACTIVE,
                "registeredAt": now(),
                "registeredBy": caller.principal_arn,
            }
            self.state.definitions[arn] = item
            self.state.set_tags(arn, request)
            return {"taskDefinition": render.definition(item), "tags": self.state.told_tags(arn)}

    @operation("DescribeTaskDefinition")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell a task definition; a family alone means its latest active revision."""
        with self.state.lock:
            item = self.state.definition(request["taskDefinition"], caller)
            tags = self.state.told_tags(item["taskDefinitionArn"])
            wanted = "TAGS" in request.get("include", [])
            return {"taskDefinition": render.definition(item), "tags": tags if wanted else None}

    @operation("ListTaskDefinitions")
    def listed(self, request: Request, caller: Caller) -> Response:
        """Tell ARNs, by family and status."""
        with self.state.lock:
            prefix = caller.arn("ecs", "task-definition/")
            family, status = request.get("familyPrefix"), request.get("status", ACTIVE)
            found = [
                item
                for arn, item in self.state.definitions.items()
                if arn.startswith(prefix) and item["status"] == status and family in {None, item["family"]}
            ]
        found.sort(key=lambda item: (item["family"], item["revision"]), reverse=request.get("sort") == "DESC")
        return {"taskDefinitionArns": [item["taskDefinitionArn"] for item in found]}

    @operation("ListTaskDefinitionFamilies")
    def families(self, request: Request, caller: Caller) -> Response:
        """Tell families, by prefix."""
        with self.state.lock:
            prefix = caller.arn("ecs", "task-definition/")
            wanted = request.get("status", "ALL")
            names = {
                item["family"]
                for arn, item in self.state.definitions.items()
                if arn.startswith(prefix) and wanted in {"ALL", item["status"]}
            }
        return {
            "families": sorted(name for name in names if name.startswith(request.get("familyPrefix", "")))
        }

    @operation("DeregisterTaskDefinition")
    def deregister(self, request: Request, caller: Caller) -> Response:
        """Make a revision INACTIVE: what runs goes on, nothing new is started from it."""
        if ":" not in request["taskDefinition"].rpartition("/")[2]:
            raise ServiceError("ClientException", "Task definition revision is required.")
        with self.state.lock:
            item = self.state.definition(request["taskDefinition"], caller)
            item["status"] = INACTIVE
            item["deregisteredAt"] = now()
            return {"taskDefinition": render.definition(item)}

    @operation("DeleteTaskDefinitions")
    def delete(self, request: Request, caller: Caller) -> Response:
        """Delete revisions that are INACTIVE; each is told or why it stays."""
        deleted, failures = [], []
        with self.state.lock:
            for given in request["taskDefinitions"]:
                item = self.state.definition(given, caller)
                arn = item["taskDefinitionArn"]
                if item["status"] == ACTIVE:
                    reason = "The specified task definition is still in ACTIVE status. Please deregister the target and try again."  # noqa: E501 - AWS's sentence
                    failures.append({"arn": arn, "reason": reason})
                    continue
                # AWS waits until no task uses it; here it stays readable until then, and is gone from lists.
                item["status"] = _DELETING
                item["deleteRequestedAt"] = now()
                deleted.append(render.definition(item))
                self._forget_unused(arn)
        return {"taskDefinitions": deleted, "failures": failures}

    def _forget_unused(self, arn: str) -> None:
        used = {
            each.task_definition for service in self.state.services.values() for each in service.task_sets
        }
        if arn not in used:
            del self.state.definitions[arn]
            self.state.tags.pop(arn, None)

    def _next_revision(self, family: str, caller: Caller) -> int:
        key = caller.arn("ecs", f"task-definition/{family}")
        self.state.revisions[key] = self.state.revisions.get(key, 0) + 1
        return self.state.revisions[key]
