"""BUILD013."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shipway.checks.finding import Confidence, Finding, Severity, Undetermined
from shipway.checks.rule import Family, Findings, rule
from shipway.checks.rules.build._commands import program
from shipway.model.project import Project
from shipway.model.value import Known, known, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shipway.model.graph import PipelineGraph
    from shipway.model.project import Buildspec, Step

# What CodeBuild and its shell set: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
_GIVEN = frozenset(
    {
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "HOME",
        "PATH",
        "PWD",
        "OLDPWD",
        "USER",
        "HOSTNAME",
        "SHELL",
        "RANDOM",
    }
    | {
        "SECONDS",
        "LINENO",
        "PPID",
        "UID",
        "IFS",
        "LANG",
        "TMPDIR",
        "EPOCHSECONDS",
        "BASH_VERSION",
        "DOCKER_HOST",
    }
    | {
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_EXECUTION_ENV",
        "JAVA_HOME",
        "GOPATH",
        "DOCKER_BUILDKIT",
    }
    | {
        "BASH_SOURCE",
        "FUNCNAME",
        "REPLY",
        "OPTARG",
        "OPTIND",
        "LOGNAME",
        "TERM",
        "PIPESTATUS",
        "HOSTTYPE",
        "OSTYPE",
    }
)
_TELLING = frozenset({"docker", "aws", "printf", "echo", "podman", "sed", "envsubst", "jq", ""})
_SET = re.compile(
    r"(?:^|[\s;&|({])(?:export\s+|local\s+|declare\s+(?:-\w+\s+)?|readonly\s+)?([A-Za-z_]\w*)\+?="
)
_LOOPS = re.compile(
    r"\b(?:for|read(?:\s+-\w+)*|select|mapfile(?:\s+-\w+)*|readarray(?:\s+-\w+)*|printf\s+-v)\s+((?:[A-Za-z_]\w*\s*)+)"
)


@rule(
    id="BUILD013",
    name="undefined-variable",
    family=Family.BUILD,
    title="Command uses a variable that nothing sets",
    severity=Severity.ERROR,
    subject=Project,
    since="0.1",
    rationale="The shell puts nothing in its place. Without AWS_ACCOUNT_ID, which CodeBuild does not "
    "set, the "
    "registry's name begins with a dot, and the login or the push fails.",
    remediation="Set it in the project's EnvironmentVariables, e.g. AWS_ACCOUNT_ID to !Ref AWS::AccountId.",
    source="https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html",
    bad="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker push $AWS_ACCOUNT_ID.dkr.ecr.$AWS_REGION.amazonaws.com/hello  # <-
""",
    good="""
Resources:
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Environment:
        EnvironmentVariables:
          - {Name: AWS_ACCOUNT_ID, Value: !Ref AWS::AccountId}
      Source:
        Type: CODEPIPELINE
        BuildSpec: |
          version: 0.2
          phases:
            build:
              commands:
                - docker push $AWS_ACCOUNT_ID.dkr.ecr.$AWS_REGION.amazonaws.com/hello
""",
)
def undefined_variable(project: Project, graph: PipelineGraph) -> Findings:
    """The first use of each; an image of one's own, or a file that is sourced, may set it."""
    buildspec = project.buildspec
    if buildspec is None or any(problem.fatal for problem in buildspec.spec.problems):
        return
    defined = _GIVEN | _defined(project, buildspec, graph)
    hidden = _hidden(project, buildspec, graph)
    seen: set[str] = set()
    for step in buildspec.steps:
        if program(step) not in _TELLING:
            continue
        missing = [
            name
            for name in sorted(step.invocation.variables - defined - seen)
            if name.isupper()
            and not name.startswith("CODEBUILD_")
            and not _has_default(name, step.command.text)
        ]
        seen.update(missing)
        if missing and hidden:
            yield Undetermined(step.location, hidden)
        elif missing:
            grave = program(step) in {"docker", "aws", "podman"}
            own = not (known(project.image) or "aws/codebuild/").startswith("aws/codebuild/")
            yield Finding(
                step.location,
                f"{project.said} uses {', '.join(f'${name}' for name in missing)}, "
                "which neither the project nor a command sets",
                Confidence.MEDIUM if own else Confidence.HIGH,
                severity=None if grave and not own else Severity.WARNING,
            )


def _defined(project: Project, buildspec: Buildspec, graph: PipelineGraph) -> frozenset[str]:
    names = {known(variable.name) or "" for variable in project.variables}
    names.update(buildspec.spec.env.names())
    for step in buildspec.steps:
        names.update(name for name, _ in step.invocation.assignments)
    for text in dict.fromkeys(step.command.text for step in buildspec.steps):
        names.update(_SET.findall(text))
        names.update(name for found in _LOOPS.findall(text) for name in found.split())
    for action in graph.actions_that_use(project):
        names.update(_overridden(str(text_of(action.configuration.get("EnvironmentVariables")))))
    # What stands as ${Name} because the deployment fills it in is no variable of the shell.
    return frozenset(names | {name.partition(":")[0] for name in buildspec.unseen})


def _overridden(text: str) -> Iterator[str]:
    try:
        entries = json.loads(text)
    except ValueError:
        entries = []
        yield from re.findall(r'"name"\s*:\s*"(\w+)"', text)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            yield entry["name"]


def _hidden(project: Project, buildspec: Buildspec, graph: PipelineGraph) -> str:
    """Why there may be variables that nobody sees here; empty when there can be none."""
    if not project.variables.complete or not all(isinstance(each.name, Known) for each in project.variables):
        return "not every environment variable of the project can be seen"
    if any(_sources(step) for step in buildspec.steps):
        return "a file that a command sources may set the variable"
    if any(not action.configuration_seen for action in graph.actions_that_use(project)):
        return "the action's configuration cannot be seen"
    return ""


def _sources(step: Step) -> bool:
    logs_in = "get-login" in step.command.text  # eval "$(aws ecr get-login)" sets nothing
    return program(step) in {".", "source", "eval"} and not logs_in


def _has_default(name: str, text: str) -> bool:
    return re.search(r"\$\{" + name + r":?[-=+?]", text) is not None
