"""buildspec.yml -> `BuildSpec`: everything that can be read, and a problem for everything that cannot.

Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
"""

from __future__ import annotations

import re

from shipway.model.build import (
    COVERAGE_FORMATS,
    DEFAULT_REPORT_FORMAT,
    DEFAULT_RETRIES,
    TEST_FORMATS,
    Artifact,
    BuildSpec,
    BuildVariables,
    Cache,
    Command,
    FailureAction,
    OnFailure,
    Phase,
    PhaseName,
    ReportFiles,
    Setting,
)
from shipway.template.buildspec_nodes import Section, compose

_VERSIONS = frozenset({"0.1", "0.2"})
_ON_FAILURE = re.compile(r"RETRY(?:-(\d+))?(?:-(.+))?", re.DOTALL)
_FORMATS = TEST_FORMATS | COVERAGE_FORMATS


def read_buildspec(text: str) -> BuildSpec:
    """The build specification that a text holds.

    Never raises: what is wrong stands in ``problems``, those that make CodeBuild refuse the build are
    ``fatal``, and the rest of the text is read all the same.
    """
    problems, root = compose(text)
    if root is None:
        return BuildSpec(problems=tuple(problems))
    artifacts, secondary = _artifacts(root)
    spec = BuildSpec(
        version=_version(root),
        run_as=root.text("run-as"),
        env=_env(root),
        phases=_phases(root),
        artifacts=artifacts,
        secondary_artifacts=secondary,
        reports=_reports(root),
        cache=_cache(root),
        kept=tuple(kept for key in ("batch", "proxy") for kept in root.keep(key)),
    )
    return spec._replace(unknown=tuple(root.leftovers()), problems=tuple(problems))


def _version(root: Section) -> str:
    version = root.text("version")
    if not version:
        root.problem("version is missing; CodeBuild takes 0.2", "version")
    elif version not in _VERSIONS:
        root.problem(f"version {version} does not exist; CodeBuild takes 0.2", "version")
    return version


def _env(root: Section) -> BuildVariables:
    env = root.section("env")
    if env is None:
        return BuildVariables()
    return BuildVariables(
        shell=env.text("shell"),
        variables=_settings(env, "variables"),
        parameter_store=_settings(env, "parameter-store"),
        secrets_manager=_settings(env, "secrets-manager"),
        exported=env.texts("exported-variables"),
        git_credential_helper=env.yes("git-credential-helper"),
        line=env.line,
    )


def _settings(env: Section, key: str) -> tuple[Setting, ...]:
    section = env.section(key)
    if section is None:
        return ()
    return tuple(Setting(name, section.text(name), section.line_of(name)) for name in section.names())


def _phases(root: Section) -> tuple[Phase, ...]:
    phases = root.section("phases")
    if phases is None:
        root.problem("phases are missing: the build has nothing to run", "phases")
        return ()
    declared = [_phase(name, section) for name in PhaseName if (section := phases.section(name.value))]
    return tuple(declared)


def _phase(name: PhaseName, section: Section) -> Phase:
    versions = section.section("runtime-versions") if name is PhaseName.INSTALL else None
    commands = _commands(section, "commands")
    finally_ = _commands(section, "finally")
    if not commands and not finally_ and versions is None:
        section.problem(f"phase {name.value} has no commands", "", fatal=False)
    return Phase(
        name=name,
        commands=commands,
        finally_=finally_,
        on_failure=_on_failure(section),
        run_as=section.text("run-as"),
        runtime_versions=tuple((n, versions.text(n)) for n in versions.names()) if versions else (),
        line=section.line,
    )


def _commands(section: Section, key: str) -> tuple[Command, ...]:
    return tuple(
        Command(scalar.text, scalar.line, f"{section.path}.{key}[{index}]")
        for index, scalar in enumerate(section.scalars(key, what="a command"))
    )


def _on_failure(section: Section) -> OnFailure | None:
    value = section.text("on-failure")
    if not value:
        return None
    if value in {FailureAction.ABORT, FailureAction.CONTINUE}:
        return OnFailure(FailureAction(value))
    match = _ON_FAILURE.fullmatch(value)
    if match is None:
        section.problem(f"on-failure takes ABORT, CONTINUE or RETRY, not {value}", "on-failure")
        return None
    pattern = match[2] or ".*"
    try:
        re.compile(pattern)
    except re.error as error:
        section.problem(f"on-failure has a regular expression that cannot be read: {error}", "on-failure")
        return None
    return OnFailure(FailureAction.RETRY, int(match[1] or DEFAULT_RETRIES), pattern)


def _artifacts(root: Section) -> tuple[Artifact | None, tuple[Artifact, ...]]:
    section = root.section("artifacts")
    if section is None:
        return None, ()
    secondary = section.section("secondary-artifacts")
    seconds = (
        ()
        if secondary is None
        else tuple(_artifact(child, name) for name in secondary.names() if (child := secondary.section(name)))
    )
    primary = _artifact(section, "", required=not seconds)
    return (primary if primary.files or not seconds else None), seconds


def _artifact(section: Section, identifier: str, *, required: bool = True) -> Artifact:
    files = section.texts("files")
    if not files and required:
        section.problem("artifacts need files", "files")
    return Artifact(
        identifier=identifier,
        files=files,
        base_directory=section.text("base-directory"),
        discard_paths=section.yes("discard-paths"),
        exclude_paths=section.texts("exclude-paths"),
        name=section.text("name"),
        s3_prefix=section.text("s3-prefix"),
        enable_symlinks=section.yes("enable-symlinks"),
        line=section.line,
    )


def _reports(root: Section) -> tuple[ReportFiles, ...]:
    reports = root.section("reports")
    if reports is None:
        return ()
    return tuple(_report(group, section) for group in reports.names() if (section := reports.section(group)))


def _report(group: str, section: Section) -> ReportFiles:
    file_format = section.text("file-format") or DEFAULT_REPORT_FORMAT
    if file_format.upper() not in _FORMATS:
        section.problem(f"file-format {file_format} does not exist", "file-format")
    files = section.texts("files")
    if not files:
        section.problem(f"report group {group} needs files", "files")
    return ReportFiles(
        group=group,
        files=files,
        base_directory=section.text("base-directory"),
        discard_paths=section.yes("discard-paths"),
        file_format=file_format.upper(),
        line=section.line,
    )


def _cache(root: Section) -> Cache | None:
    section = root.section("cache")
    if section is None:
        return None
    return Cache(
        paths=section.texts("paths"),
        key=section.text("key"),
        fallback_keys=section.texts("fallback-keys"),
        action=section.text("action"),
        line=section.line,
    )
