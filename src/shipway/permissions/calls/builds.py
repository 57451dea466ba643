"""What a build calls as its project's role: logs, artifacts, reports, parameters, the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.model.logs import LogGroup
from shipway.model.project import Project
from shipway.model.value import known
from shipway.permissions.calls.call import Call
from shipway.permissions.calls.commands import of_commands
from shipway.permissions.calls.images import repository_arn
from shipway.permissions.calls.secrets import parameter_arn, secret_calls
from shipway.permissions.calls.sources import clones, repository_of, use_connection
from shipway.permissions.symbols import SOME_NAME, SOME_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.identity import Role
    from shipway.model.pipeline import Action, Pipeline
    from shipway.permissions.calls.call import Scene


def calls(scene: Scene) -> Iterator[Call]:
    """The calls of every build project."""
    for project in scene.graph.all(Project):
        yield from scene.trust("trust.codebuild", project.role, "codebuild.amazonaws.com", project)
        yield from _batch(project, scene)
        role = scene.role(project.role)
        if role is None:
            continue
        for of in (_logs, _artifacts, _encryption, _reports, _values, _image, _network):
            yield from of(project, role, scene)
        if project.buildspec is not None:
            yield from of_commands(project, project.buildspec, role, scene)


def pipelines_of(project: Project, scene: Scene) -> Iterator[tuple[Action, Pipeline]]:
    """The actions that run a project, each with its pipeline."""
    for action in scene.graph.actions_that_use(project):
        pipeline = scene.graph.pipeline_of(action)
        if pipeline is not None:
            yield action, pipeline


def _logs(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    names, properties = scene.names, project.properties
    if known(project.log_status) != "DISABLED":
        given = project.log_group is not None
        group = names.of(project.log_group, SOME_TEXT) if given else f"/aws/codebuild/{names.name(project)}"
        # A group may be given by its ARN, with or without the part that stands for its streams.
        group = group.removesuffix(":*").rpartition(":log-group:")[2]
        where = names.here("logs", f"log-group:{group}")
        yield Call(
            "cb.logs.group" if given else "cb.logs.default",
            role,
            (f"{where}:log-stream:{SOME_NAME}",),
            project,
        )
        if given or isinstance(scene.graph.log_group_of(project), LogGroup):
            yield Call("cb.logs.group.create", role, (where,), project)
        else:
            yield Call("cb.logs.default.create", role, (where,), project)
    if known(properties.text("LogsConfig", "S3Logs", "Status")) == "ENABLED":
        location = scene.bucket(properties.text("LogsConfig", "S3Logs", "Location"))
        yield Call("cb.logs.s3", role, (f"{location}/{SOME_TEXT}",), project)


def _artifacts(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    if known(project.artifacts_type) == "S3":
        bucket = scene.bucket(project.properties.text("Artifacts", "Location"))
        yield Call("cb.artifacts.s3", role, (f"{bucket}/{SOME_TEXT}",), project)
    for action, pipeline in pipelines_of(project, scene):
        buckets = scene.artifact_buckets(pipeline)
        objects = tuple(f"{bucket}/{SOME_TEXT}" for bucket in buckets)
        yield Call("cb.artifacts.in", role, objects, action)
        yield Call("cb.artifacts.in.version", role, objects, action)
        yield Call("cb.artifacts.bucket", role, buckets, action)
        if action.outputs:
            yield Call("cb.artifacts.out", role, objects, action)
        if keys := scene.artifact_keys(pipeline):
            yield Call("cb.artifact.kms", role, keys, action)
        yield from _clone(action, pipeline, role, scene)


def _clone(action: Action, pipeline: Pipeline, role: Role, scene: Scene) -> Iterator[Call]:
    """A source that hands over a reference is cloned by the build."""
    read = {known(each) for each in action.inputs}
    for source in pipeline.sources:
        if not clones(source) or not read & {known(each) for each in source.outputs}:
            continue
        if source.is_a("CodeCommit"):
            yield Call("build.codecommit.clone", role, (repository_of(source, scene),), action)
        elif source.is_a("CodeStarSourceConnection"):
            yield use_connection("build.connection.clone", role, source, action, scene)


def _encryption(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    key = scene.key(project.key)
    if key is None:
        return
    # Within a pipeline, artifacts are under the pipeline's key, whatever the project says.
    if not any(True for _ in pipelines_of(project, scene)):
        yield Call("cb.kms", role, (key,), project)
    yield Call("cb.kms.optional", role, (key,), project)


def _reports(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    if project.buildspec is None:
        return
    for report in project.buildspec.spec.reports:
        arn = report.group
        if not arn.startswith("arn:"):
            arn = scene.names.here("codebuild", f"report-group/{scene.names.name(project)}-{report.group}")
        if "$" in arn:
            arn = scene.names.here("codebuild", f"report-group/{SOME_NAME}")
        yield Call("cb.reports", role, (arn,), project)
        if report.is_coverage:
            yield Call("cb.reports.coverage", role, (arn,), project)


def _values(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    """Parameters and secrets that CodeBuild reads before the first command."""
    stored = [
        (known(each.type), scene.names.of(each.value))
        for each in project.variables
        if each.value is not None and known(each.type) in {"PARAMETER_STORE", "SECRETS_MANAGER"}
    ]
    if project.buildspec is not None:
        env = project.buildspec.spec.env
        stored += [("PARAMETER_STORE", each.value) for each in env.parameter_store]
        stored += [("SECRETS_MANAGER", each.value) for each in env.secrets_manager]
    for kind, name in dict.fromkeys(stored):
        written = SOME_TEXT if "$" in name else name
        if kind == "PARAMETER_STORE":
            yield Call("cb.ssm", role, (parameter_arn(written, scene),), project)
        else:
            yield from secret_calls(("cb.secret", "cb.secret.kms"), written, role, project, scene)


def _image(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    arn = repository_arn(scene.names.of(project.image, ""))
    pulls = known(project.properties.text("Environment", "ImagePullCredentialsType"))
    if arn is not None and pulls == "SERVICE_ROLE":
        yield Call("cb.image.pull", role, (arn,), project)
        yield Call("cb.image.auth", role, ("*",), project)


def _network(project: Project, role: Role, scene: Scene) -> Iterator[Call]:
    if not project.properties.has("VpcConfig", "VpcId"):
        return
    interfaces = scene.names.here("ec2", f"network-interface/{SOME_NAME}")
    yield Call("cb.vpc.describe", role, ("*",), project)
    yield Call("cb.vpc.eni", role, (interfaces,), project)
    for subnet in project.properties.texts("VpcConfig", "Subnets"):
        context = {"ec2:Subnet": scene.names.here("ec2", f"subnet/{scene.names.of(subnet, SOME_NAME)}")}
        yield Call("cb.vpc.perm", role, (interfaces,), project, context=context)


def _batch(project: Project, scene: Scene) -> Iterator[Call]:
    value = project.properties.text("BuildBatchConfig", "ServiceRole")
    yield from scene.trust("trust.codebuild-batch", value, "codebuild.amazonaws.com", project)
    role = scene.role(value)
    if role is not None:
        yield Call("cb.batch", role, (scene.names.arn(project),), project)
