"""The containers of one task: prepared, started in their order, watched, stopped."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from shipway.localcloud.engines.engine import (
    ContainerSpec,
    ContainerStartError,
    ImageUnavailableError,
)
from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.ecs import awslogs, images, secret_values
from shipway.localcloud.services.ecs.failures import StartFailedError
from shipway.localcloud.services.ecs.records import now

if TYPE_CHECKING:
    from shipway.localcloud.engines.engine import RunningContainer
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.ecs.awslogs import LogStream
    from shipway.localcloud.services.ecs.records import ContainerRecord, Item, Task

_LOOK_SECONDS = 0.1  # real
_DEFAULT_STOP_TIMEOUT = 30.0
_SHORTEST_STOP_TIMEOUT = 3.0  # real: a program ends no faster because a clock is scaled
# What a container definition may ask for and an engine has no word for.
_NOT_HONOURED = {
    "healthCheck": "is not run: the health of the target group decides",
    "mountPoints": "are not mounted",
    "volumesFrom": "are not mounted",
    "environmentFiles": "are not read",
    "firelensConfiguration": "is ignored",
    "repositoryCredentials": "are not used",
    "linuxParameters": "are ignored",
    "ulimits": "are ignored",
    "user": "the engine's own user runs the program",
    "readonlyRootFilesystem": "the file system stays writable",
    "systemControls": "are ignored",
    "restartPolicy": "a container that ends is not restarted within its task",
    "extraHosts": "are ignored",
    "resourceRequirements": "are ignored",
}


class Containers:
    """What runs of a task; used by the thread of its `Life` only."""

    def __init__(self, kernel: Kernel, task: Task) -> None:
        self._kernel = kernel
        self._task = task
        self._running: dict[str, RunningContainer] = {}
        self._logs: dict[str, LogStream] = {}

    def start(self) -> None:
        """Start all containers, each after those that it depends on.

        Raises:
            StartFailedError: With AWS's `stoppedReason`.
        """
        base = self._environment()
        self._task.times["pullStartedAt"] = now()
        for record in _ordered(self._task.containers):
            self._note_limits(record.definition)
            self._await_dependencies(record)
            if self._task.stop_asked.is_set():
                return
            self._start(record, base)
        self._task.times["pullStoppedAt"] = now()

    def look(self) -> bool:
        """Note which containers have ended and send the logs; whether an essential one has ended."""
        essential = False
        for record in self._task.containers:
            container = self._running.get(record.name)
            code = container.poll() if container else None
            if code is not None:
                record.status, record.exit_code = "STOPPED", code
                essential = essential or bool(record.definition["essential"])
        self._flush()
        return essential

    def stop(self) -> None:
        """Ask the containers to end, the dependent ones first, and send the last of the logs."""
        for record in reversed(_ordered(self._task.containers)):
            container = self._running.get(record.name)
            if container is not None:
                asked = float(record.definition.get("stopTimeout", _DEFAULT_STOP_TIMEOUT))
                grace = min(asked, max(_SHORTEST_STOP_TIMEOUT, self._kernel.clock.real(asked)))
                record.exit_code = container.stop(grace)
            record.status = "STOPPED"
        self._flush()

    def _start(self, record: ContainerRecord, base: dict[str, str]) -> None:
        definition, role = record.definition, self._task.definition.get("executionRoleArn", "")
        try:
            stream = awslogs.open_stream(self._kernel, definition, self._task.id, role)
            secret = secret_values.resolve(self._kernel.clients, definition.get("secrets", []), role)
            pull = images.authorise(self._kernel, definition["image"], role)
            if stream is not None:
                self._logs[record.name] = stream
            container = self._kernel.engine.run(
                ContainerSpec(
                    name=record.name,
                    image=definition["image"],
                    registry=pull.registry,
                    command=_words(definition, "command"),
                    entry_point=_words(definition, "entryPoint"),
                    environment={
                        **base,
                        **{each["name"]: each.get("value", "") for each in definition["environment"]},
                        **secret,
                    },
                    container_ports=tuple(each["containerPort"] for each in definition["portMappings"]),
                    working_directory=definition.get("workingDirectory"),
                    credentials=pull.credentials,
                ),
                stream.line if stream else _drop,
            )
        except StartFailedError as failure:
            record.reason = failure.reason
            raise
        except ImageUnavailableError as error:
            raise _failed(record, f"CannotPullContainerError: {error}") from error
        except ContainerStartError as error:
            raise _failed(record, f"CannotStartContainerError: {error}") from error
        self._running[record.name] = container
        record.runtime_id = f"{self._task.id}-{secrets.randbelow(10**9)}"
        record.image_digest = pull.digest
        record.status = "RUNNING"
        for mapping in definition["portMappings"]:
            port = mapping["containerPort"]
            self._kernel.network.attach(self._task.address, port, *container.address(port))

    def _environment(self) -> dict[str, str]:
        """What Fargate gives every container; the credentials in place of the address where to fetch them."""
        role = self._task.definition.get("taskRoleArn", "")
        variables = {
            "AWS_REGION": self._kernel.region,
            "AWS_DEFAULT_REGION": self._kernel.region,
            "AWS_ENDPOINT_URL": self._kernel.endpoint,
            "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        }
        self._kernel.ledger.note(
            Fidelity.NOT_HONOURED,
            "ECS_CONTAINER_METADATA_URI_V4",
            "a container gets no metadata endpoint; its credentials stand in AWS_ACCESS_KEY_ID and the like",
        )
        if role:
            try:
                variables |= self._kernel.clients.environment(role, self._task.id)
            except ClientError as error:
                raise StartFailedError(
                    f"ECS was unable to assume the role '{role}' that was provided for this task. Please "
                    "verify that the role being passed has the proper trust relationship and permissions "
                    f"and that your IAM user has permissions to pass this role. ({error})"
                ) from error
        return variables

    def _await_dependencies(self, record: ContainerRecord) -> None:
        for dependency in record.definition.get("dependsOn", []):
            name, condition = dependency["containerName"], dependency["condition"]
            if condition == "HEALTHY":
                self._kernel.ledger.note(
                    Fidelity.NOT_HONOURED, "dependsOn HEALTHY", "is taken for START", where=record.name
                )
            if condition not in {"COMPLETE", "SUCCESS"}:
                continue
            while (code := self._running[name].poll()) is None and not self._task.stop_asked.is_set():
                self._kernel.clock.pause(_LOOK_SECONDS)
            if condition == "SUCCESS" and code:
                raise StartFailedError(
                    f"Dependency container {name} exited with code {code}; condition SUCCESS was not met"
                )

    def _note_limits(self, definition: Item) -> None:
        for key, detail in _NOT_HONOURED.items():
            if definition.get(key):
                self._kernel.ledger.note(
                    Fidelity.NOT_HONOURED, f"container definition {key}", detail, where=definition["name"]
                )

    def _flush(self) -> None:
        for name, stream in self._logs.items():
            try:
                stream.flush()
            except ClientError as error:
                self._kernel.ledger.note(
                    Fidelity.NOT_HONOURED, "awslogs", f"lines are lost: {error}", where=name
                )


def _failed(record: ContainerRecord, reason: str) -> StartFailedError:
    record.reason = reason
    return StartFailedError(reason, record.name)


def _words(definition: Item, key: str) -> tuple[str, ...] | None:
    return tuple(definition[key]) if definition.get(key) else None


def _ordered(records: list[ContainerRecord]) -> list[ContainerRecord]:
    """Containers with those that they depend on before them."""
    by_name = {record.name: record for record in records}
    done: dict[str, ContainerRecord] = {}

    def visit(record: ContainerRecord, path: tuple[str, ...]) -> None:
        if record.name in path:
            raise StartFailedError(f"the containers {', '.join(path)} depend on each other")
        for dependency in record.definition.get("dependsOn", []):
            visit(by_name[dependency["containerName"]], (*path, record.name))
        done.setdefault(record.name, record)

    for record in records:
        visit(record, ())
    return list(done.values())


def _drop(_line: str) -> None:
    """Take the output of a container without a log driver."""
