"""Operations on tasks."""

from __future__ import annotations

from shipway.localcloud.services.ecs import render
from shipway.localcloud.services.ecs.part import Part
from shipway.localcloud.services.ecs.records import Status
from shipway.localcloud.wire import Caller, Request, Response, ServiceError, operation

_MOST_PER_CALL = 10


class Tasks(Part):
    """RunTask, StopTask, DescribeTasks, ListTasks."""

    @operation("RunTask")
    def run(self, request: Request, caller: Caller) -> Response:
        """Start tasks that belong to no service."""
        count = request.get("count", 1)
        if not 1 <= count <= _MOST_PER_CALL:
            raise ServiceError(
                "InvalidParameterException", f"count should be between 1 and {_MOST_PER_CALL} inclusive."
            )
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            definition = self.state.usable_definition(request["taskDefinition"], caller)
        placement = self.placement(request, cluster, definition, caller)
        started = [
            self.launcher.launch(
                cluster,
                definition,
                placement,
                group=request.get("group", f"family:{definition['family']}"),
                started_by=request.get("startedBy", ""),
                overrides=request.get("overrides"),
            )
            for _ in range(count)
        ]
        with self.state.lock:
            for task in started:
                self.state.set_tags(task.arn, request)
            return {"tasks": [render.task(task, self.state) for task in started], "failures": []}

    @operation("StopTask")
    def stop(self, request: Request, caller: Caller) -> Response:
        """Ask a task to stop; it drains and ends by itself."""
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            task = self.state.task(request["task"], cluster, caller)
            if task is None:
                raise ServiceError("InvalidParameterException", "The referenced task was not found.")
            task.ask_to_stop("UserInitiated", request.get("reason", "Task stopped by user"))
            return {"task": render.task(task, self.state)}

    @operation("DescribeTasks")
    def describe(self, request: Request, caller: Caller) -> Response:
        """Tell tasks, stopped ones for a while."""
        tags = "TAGS" in request.get("include", [])
        found, failures = [], []
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            for given in request["tasks"]:
                task = self.state.task(given, cluster, caller)
                if task is None:
                    arn = caller.arn("ecs", f"task/{cluster.name}/{given.rpartition('/')[2]}")
                    failures.append({"arn": arn, "reason": "MISSING"})
                else:
                    found.append(render.task(task, self.state, tags=tags))
            return {"tasks": found, "failures": failures}

    @operation("ListTasks")
    def listed(self, request: Request, caller: Caller) -> Response:
        """Tell ARNs of a cluster's tasks, by what they belong to and what they are meant to do."""
        with self.state.lock:
            cluster = self.state.cluster(request.get("cluster"), caller)
            found = [task for task in self.state.tasks.values() if task.cluster is cluster]
            if name := request.get("serviceName"):
                service = self.state.find_service(name, cluster, caller)
                if service is None:
                    raise ServiceError("ServiceNotFoundException", "Service not found.")
                found = [task for task in found if task.service_arn == service.arn]
            if family := request.get("family"):
                found = [task for task in found if task.definition["family"] == family]
            if started_by := request.get("startedBy"):
                found = [task for task in found if task.started_by == started_by]
            wanted = request.get("desiredStatus", "RUNNING")
            if wanted == "PENDING":  # AWS: no task is ever meant to be PENDING
                found = []
            return {"taskArns": [task.arn for task in found if _is_meant(task.desired, wanted, task.status)]}


def _is_meant(desired: str, wanted: str, status: Status) -> bool:
    return desired == wanted or (wanted == "STOPPED" and status is Status.STOPPED)
