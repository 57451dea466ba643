"""What commands of a buildspec do: build, push, log in, test, scan, write files, or something unseen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shipway.model.value import Known, known

if TYPE_CHECKING:
    from shipway.model.project import Buildspec, Project, Step

_ENGINES = frozenset({"docker", "podman", "nerdctl", "buildah"})
_PUSHERS = frozenset({"crane", "skopeo", "executor", "jib", "kaniko", "pack", "ko"})
_SHELLS = frozenset({"bash", "sh", "zsh", "source", ".", "eval", "exec", "xargs", "env", "sudo"})
_RUNNERS = frozenset(
    {"make", "task", "just", "npm", "npx", "yarn", "pnpm", "python", "python3", "node", "mvn"}
)
_PACKAGES = frozenset(
    {"ant", "gradle", "rake", "poetry", "uv", "invoke", "bazel", "nx", "turbo", "earthly", "cdk"}
)
_SETUP = frozenset({"install", "ci", "-V", "--version", "-v", "config", "audit", "cache", "-r", "--upgrade"})
_TESTERS = frozenset(
    {
        "pytest",
        "py.test",
        "tox",
        "nox",
        "jest",
        "mocha",
        "vitest",
        "rspec",
        "phpunit",
        "ctest",
        "bats",
        "newman",
    }
    | {
        "behave",
        "karma",
        "ava",
        "nosetests",
        "unittest",
        "cypress",
        "playwright",
        "goss",
        "dgoss",
        "k6",
        "artillery",
    }
    | {"container-structure-test", "cucumber", "robot", "hurl", "ginkgo", "gotestsum", "prove", "testcafe"}
)
_SCANNERS = frozenset(
    {
        "trivy",
        "grype",
        "snyk",
        "clair",
        "clairctl",
        "anchore-cli",
        "dockle",
        "twistcli",
        "inspector-sbomgen",
        "wizcli",
    }
)
_TEST_WORD = re.compile(r"(?:^|[/:_.-])(?:tests?|spec|verify|check|e2e)(?:$|[/:_.-])")
_QUIET = frozenset(
    {"echo", "printf", "date", "true", ":", "sleep", "ls", "pwd", "cat", "env", "printenv", "exit"}
)
_ASIDE = frozenset({"set", "cd", "export", "", "whoami", "uname", "which", "test", "[", "[["})
_INSTALLERS = frozenset(
    {"yum", "dnf", "apt", "apt-get", "apk", "pip", "pip3", "npm", "yarn", "pnpm", "gem", "n"}
)


def program(step: Step) -> str:
    """The program without its folder."""
    return step.invocation.program.rpartition("/")[2]


def is_opaque(step: Step) -> bool:
    """Whether a step runs a script or a target that may do anything: push, log in, write files, test."""
    words = step.invocation.words
    name = program(step)
    if "get-login" in step.invocation.program:
        return False  # $(aws ecr get-login) runs the docker login that it prints
    if step.invocation.program.startswith(("./", "../", "/", "$", "~")) or name.endswith(
        (".sh", ".py", ".js")
    ):
        return True
    if name in _SHELLS:
        return len(words) > 1
    if name in _RUNNERS | _PACKAGES:
        return len(words) > 1 and words[1] not in _SETUP and not is_test(step) and "pip" not in words[1:3]
    return False


def builds(buildspec: Buildspec) -> tuple[Step, ...]:
    """The steps that build an image."""
    return tuple(
        step
        for step in buildspec.steps
        if (program(step) in _ENGINES and _plain(step)[:1] in (["build"], ["bud"]))
        or (
            program(step) in _ENGINES
            and _plain(step)[:2] in (["buildx", "build"], ["compose", "build"], ["image", "build"])
        )
        or (program(step) == "docker-compose" and _plain(step)[:1] == ["build"])
    )


def pushes(buildspec: Buildspec) -> tuple[Step, ...]:
    """The steps that push an image."""
    return tuple(step for step in buildspec.steps if _is_push(step))


def _is_push(step: Step) -> bool:
    plain, name = _plain(step), program(step)
    if name in _PUSHERS:
        return True
    if name == "docker-compose":
        return plain[:1] == ["push"]
    if name not in _ENGINES:
        return False
    if plain[:1] == ["push"] or plain[:2] in (["compose", "push"], ["image", "push"], ["manifest", "push"]):
        return True
    flagged = any(
        word == "--push" or word.startswith(("--output=type=registry", "type=registry"))
        for word in step.invocation.arguments
    )
    return flagged and plain[:1] in (["build"], ["buildx"], ["compose"])


def pushed_image(step: Step) -> str | None:
    """The image that ``docker push`` names, as written."""
    plain = _plain(step)
    return plain[1] if plain[:1] == ["push"] and len(plain) > 1 else None


def is_login(step: Step) -> bool:
    """Whether a step logs in to a registry."""
    plain = _plain(step)
    if program(step) in _ENGINES and plain[:1] == ["login"]:
        return True
    if program(step) in {"crane", "skopeo", "helm", "oras"} and "login" in plain[:2]:
        return True
    # aws ecr get-login prints a docker login, which the shell runs
    return program(step) == "aws" and plain[:2] == ["ecr", "get-login"]


def is_test(step: Step) -> bool:
    """Whether a step runs tests."""
    name, words = program(step), step.invocation.words
    if name in _TESTERS:
        return True
    if name in _QUIET | _ASIDE | _INSTALLERS - {"npm", "yarn", "pnpm"}:
        return False
    if name in _ENGINES | {"docker-compose"}:
        # What runs in a container, or a stage of an image that is only built to test.
        return any(word in _TESTERS or word == "test" for word in words[1:])
    if name in {
        "python",
        "python3",
        "npx",
        "poetry",
        "uv",
        "coverage",
        "yarn",
        "pnpm",
        "bundle",
        "hatch",
        "pipenv",
    }:
        return any(word in _TESTERS or _TEST_WORD.search(word) for word in words[1:])
    if name in {
        "npm",
        "make",
        "mvn",
        "mvnw",
        "gradle",
        "gradlew",
        "go",
        "cargo",
        "dotnet",
        "rake",
        "sbt",
        "task",
        "just",
    }:
        return any(_TEST_WORD.search(word) for word in words[1:]) or (name == "npm" and words[1:2] == ("t",))
    return _TEST_WORD.search(name) is not None


def is_scan(step: Step) -> bool:
    """Whether a step looks for vulnerabilities in an image."""
    words = step.invocation.words
    return any(word.rpartition("/")[2].partition(":")[0] in _SCANNERS for word in words) or (
        "scout" in words or "start-image-scan" in words or "describe-image-scan-findings" in words
    )


def is_idle(step: Step) -> bool:
    """Whether a step only talks, or prepares for steps that are to come."""
    if step.invocation.writes_to:
        return False
    name = program(step)
    return name in _QUIET | _ASIDE or (
        name in _INSTALLERS
        and any(word in {"install", "update", "upgrade", "ci", "add", "-y"} for word in _plain(step))
    )


def writes(buildspec: Buildspec, file: str) -> tuple[Step, ...]:
    """The steps that make or change a file of that name, in whatever folder."""
    name = file.rpartition("/")[2]

    def does(step: Step) -> bool:
        invocation = step.invocation
        if any(_named(path, name) for path in invocation.writes_to):
            return True
        makes = program(step) in {
            "tee",
            "cp",
            "mv",
            "sed",
            "yq",
            "touch",
            "install",
            "ln",
            "envsubst",
            "perl",
        }
        return makes and any(_named(word, name) for word in invocation.arguments)

    return tuple(step for step in buildspec.steps if does(step))


def _named(path: str, name: str) -> bool:
    return path.rpartition("/")[2] == name


def written_text(step: Step) -> str:
    """What a step prints, as written: the words of ``echo`` and ``printf``, or a here-document."""
    return step.invocation.stdin or " ".join(step.invocation.arguments)


def static_value(name: str, project: Project) -> str | None:
    """What a variable holds at each build; None when a command sets it, or it comes from elsewhere."""
    buildspec = project.buildspec
    if buildspec is None:
        return None
    if any(name == each for step in buildspec.steps for each, _ in step.invocation.assignments):
        return None
    variable = project.variable(name)
    if variable is not None:
        plain = variable.type is None or known(variable.type) == "PLAINTEXT"
        return known(variable.value) if plain else None
    settings = buildspec.spec.env.variables
    return next((setting.value for setting in settings if setting.name == name), None)


_MASKED = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`")
_SOLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?\Z")


def static_tag(image: str, project: Project) -> str | None:
    """The tag under which every build pushes; None when it may change from build to build."""
    sole = _SOLE.match(image)
    if sole is not None:
        value = static_value(sole[1], project)
        return None if value is None or value == image else static_tag(value, project)
    masked = _MASKED.sub(lambda match: "_" * len(match[0]), image)
    colon = masked.rfind(":")
    if "@" in masked:
        return None
    if colon < masked.rfind("/") or colon < 0:
        # A variable at the end may hold the tag.
        return None if "$" in image.rpartition("/")[2] else "latest"
    tag = image[colon + 1 :]
    variable = _SOLE.match(tag)
    if variable is not None:
        return static_value(variable[1], project)
    return None if "$" in tag or "`" in tag else tag


def architecture_of(project: Project) -> str | None:
    """X86_64 or ARM64, by the project's environment; None when it cannot be seen."""
    match project.environment_type:
        case Known(value) if value.startswith("ARM"):
            return "ARM64"
        case Known(value) if value.startswith("LINUX"):
            return "X86_64"
    return None


def _plain(step: Step) -> list[str]:
    return [word for word in step.invocation.arguments if not word.startswith("-")]
