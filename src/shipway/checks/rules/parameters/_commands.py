"""What commands of a buildspec do with secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.checks.rules.parameters._secrets import is_secret_name
from shipway.model.project import Project
from shipway.model.value import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Buildspec, Step

_ENGINES = frozenset({"docker", "podman", "nerdctl", "buildah"})
_FETCHES = (
    ("secretsmanager", "get-secret-value"),
    ("ssm", "get-parameter"),
    ("ssm", "get-parameters"),
    ("ssm", "get-parameters-by-path"),
)


def secret_variables(buildspec: Buildspec, graph: PipelineGraph) -> frozenset[str]:
    """The variables that hold a secret: by where they are taken from, or by what they are called."""
    project = graph.enclosing(buildspec, Project)
    env = buildspec.spec.env
    names = {each.name for each in env.secrets_manager}
    names.update(each.name for each in env.parameter_store if is_secret_name(each.name))
    for variable in project.variables if project is not None else ():
        name, kind = known(variable.name), known(variable.type)
        if name is not None and (kind == "SECRETS_MANAGER" or is_secret_name(name)):
            names.add(name)
    names.update(
        name for step in buildspec.steps for name, _ in step.invocation.assignments if is_secret_name(name)
    )
    return frozenset(names)


def shown_steps(buildspec: Buildspec) -> Iterator[Step]:
    """The steps whose output goes to the build's log: into no pipe, file or variable."""
    commands: dict[int, list[Step]] = {}
    for step in buildspec.steps:
        commands.setdefault(id(step.command), []).append(step)
    for steps in commands.values():
        piped = {step.invocation.reads_from for step in steps}
        for index, step in enumerate(steps):
            if index not in piped and step.invocation.inside is None and not step.invocation.writes_to:
                yield step


def fetches_secret(step: Step) -> bool:
    """Whether a step reads a secret by AWS's own command line, in plain text."""
    plain = [word for word in step.invocation.arguments if not word.startswith("-")]
    if step.invocation.program != "aws" or tuple(plain[:2]) not in _FETCHES:
        return False
    return plain[0] == "secretsmanager" or step.invocation.flag("--with-decryption")


def password_of_login(step: Step) -> str | None:
    """The password that a login has among its words; None when it has none."""
    invocation = step.invocation
    if invocation.program not in {*_ENGINES, "helm"} or "login" not in invocation.arguments[:2]:
        return None
    return invocation.option("-p", "--password")


def logs_in_to_docker_hub(step: Step) -> bool:
    """Whether a step logs in to the registry that is taken where none is named."""
    invocation = step.invocation
    if invocation.program not in _ENGINES or invocation.arguments[:1] != ("login",):
        return False
    words = iter(invocation.arguments[1:])
    registries = []
    for word in words:
        if word in {"-u", "--username", "-p", "--password"}:
            next(words, None)
        elif not word.startswith("-"):
            registries.append(word)
    return not registries or "docker.io" in registries[0] or "docker.com" in registries[0]


def is_on_docker_hub(image: str) -> bool:
    """Whether an image is pulled from Docker Hub: its first part is no host."""
    if not image or image[0] in "$-<{" or image == "scratch":
        return False
    host, slash, _ = image.partition("/")
    if not slash:
        return "$" not in image
    return host in {"docker.io", "index.docker.io", "registry-1.docker.io"} or not (
        "." in host or ":" in host or "$" in host or host == "localhost"
    )
