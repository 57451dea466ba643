"""What the commands of a buildspec call: images that are pushed and pulled, and the AWS CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.permissions.calls.aws_cli import Cli, call_of
from shipway.permissions.calls.call import Call
from shipway.permissions.calls.images import any_repository, repository_arn
from shipway.permissions.calls.shell import ShellValues
from shipway.permissions.symbols import SOME_TEXT, is_opaque

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.build import Invocation
    from shipway.model.identity import Role
    from shipway.model.project import Buildspec, Project
    from shipway.permissions.calls.call import Scene

_LOGINS = {
    "ecr:GetAuthorizationToken": "cb.push.auth",
    "ecr-public:GetAuthorizationToken": "cb.ecrpublic",
    "sts:GetServiceBearerToken": "cb.ecrpublic",
}
_BUILDS = ({"build"}, {"buildx", "build"}, {"image", "build"})


def of_commands(project: Project, buildspec: Buildspec, role: Role, scene: Scene) -> Iterator[Call]:
    """The calls of a project's commands, in their order."""
    values = ShellValues(project, buildspec, scene.names)
    for step in values.along(buildspec.steps):
        words = step.invocation.words
        if words[0] == "docker":
            yield from _docker(step.invocation, values, role, project, scene)
        elif words[0] == "aws":
            yield from _aws(step.invocation, values, role, project, scene)


def pushed_repositories(project: Project, scene: Scene) -> tuple[str, ...]:
    """ARNs of the repositories that a project's commands certainly push to."""
    if project.buildspec is None:
        return ()
    values = ShellValues(project, project.buildspec, scene.names)
    found: dict[str, None] = {}
    for step in values.along(project.buildspec.steps):
        for image in _pushed(step.invocation) if step.invocation.program == "docker" else ():
            arn = repository_arn(values.expand(image))
            if arn is not None and SOME_TEXT not in arn:
                found[arn] = None
    return tuple(found)


def _docker(
    call: Invocation, values: ShellValues, role: Role, project: Project, scene: Scene
) -> Iterator[Call]:
    for image in _pushed(call):
        yield from _on(("cb.push",), values.expand(image), role, project, scene)
    for image in _pulled(call):
        yield from _on(("cb.push.layers",), values.expand(image), role, project, scene)
    for image in _cached(call):
        yield from _on(("cb.push.cache",), values.expand(image), role, project, scene)


def _on(entries: tuple[str, ...], image: str, role: Role, project: Project, scene: Scene) -> Iterator[Call]:
    """The entries for an image, unless it is certainly in another kind of registry."""
    arn = repository_arn(image)
    if arn is None and not is_opaque(image.partition("/")[0]):
        return
    where = arn if arn is not None and SOME_TEXT not in arn else any_repository(scene.names)
    yield from (Call(entry, role, (where,), project) for entry in entries)


def _pushed(call: Invocation) -> Iterator[str]:
    """The images that a docker command pushes."""
    plain = [word for word in call.arguments if not word.startswith("-")]
    if plain[:1] == ["push"] or plain[:2] == ["image", "push"]:
        yield from plain[-1:]
    elif _builds(call) and (call.flag("--push") or "push=true" in (call.option("--output", "-o") or "")):
        yield from _options(call, "--tag", "-t")


def _pulled(call: Invocation) -> Iterator[str]:
    plain = [word for word in call.arguments if not word.startswith("-")]
    if plain[:1] == ["pull"] or plain[:2] == ["image", "pull"]:
        yield from plain[-1:]


def _cached(call: Invocation) -> Iterator[str]:
    """The images that a build takes its cache from."""
    for option in _options(call, "--cache-from"):
        fields = dict(field.partition("=")[::2] for field in option.split(","))
        if "type" not in fields:
            yield option
        elif fields["type"] == "registry":
            yield fields.get("ref", SOME_TEXT)


def _builds(call: Invocation) -> bool:
    return set(call.arguments[:1]) in _BUILDS or set(call.arguments[:2]) in _BUILDS


def _options(call: Invocation, *names: str) -> Iterator[str]:
    """All values of an option that may be given several times."""
    for index, word in enumerate(call.arguments):
        name, equals, value = word.partition("=")
        if name in names and equals:
            yield value
        elif word in names and index + 1 < len(call.arguments):
            yield call.arguments[index + 1]


def _aws(call: Invocation, values: ShellValues, role: Role, project: Project, scene: Scene) -> Iterator[Call]:
    expanded = tuple(values.expand(word) for word in call.arguments)
    for actions, resources in call_of(Cli.of(expanded), scene.names):
        entry = _LOGINS.get(actions[0], "cb.command")
        yield Call(entry, role, resources, project, actions=actions)
