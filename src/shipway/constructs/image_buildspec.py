"""The default build: test the service, build its image, hand image and task definition to the deployment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shipway.constructs.build_checks import BuildChecks, Severity
from shipway.constructs.buildspec import ArtifactFiles, BuildSpecification, Phase, Report
from shipway.constructs.image_registry import CACHE_TAG
from shipway.constructs.registry_credentials import UNSET
from shipway.constructs.source import COMMIT
from shipway.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shipway.constructs.handover import Handover

REPORT = "tests"
COVERAGE = "coverage"
SBOM_ARTIFACT = "SbomArtifact"
_SBOM = "sbom"
_COVERAGE_REPORT = Report(files=("coverage.xml",), base_directory="reports", file_format="COBERTURAXML")
PHASES = ("install", "pre_build", "build", "post_build")
_DIRECTORY = re.compile(r"\w[\w-]*(/\w[\w-]*)*", re.ASCII)


@dataclass(frozen=True)
class ImageBuildSteps:
    """What the build needs to know.

    Args:
        directory: The service's directory in the source, e.g. ``"service"``; holds the Dockerfile.
        python_version: The Python that runs the tests, e.g. ``"3.12"``.
        platform: The platform of the image, which must be the task's, e.g. ``"linux/amd64"``.
        handover: What the deployments read.
        revision: Tells one source revision from another in a tag; a word of the shell.
        checks: What the image must pass beyond tests and bandit (default: nothing).
        commands: More commands by phase; they run after the phase's own, except in ``post_build``, where
            they run before anything is handed over.

    Raises:
        InputError: The directory is not a plain relative path.
    """

    directory: str
    python_version: str
    platform: str
    handover: Handover
    revision: str = COMMIT
    checks: BuildChecks = field(default_factory=BuildChecks)
    commands: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _DIRECTORY.fullmatch(self.directory):
            raise InputError(
                "the service's directory must be a relative path of letters, digits, '-', '_' and '/'",
                value=repr(self.directory),
                remedy='Use e.g. directory="service"',
            )
        for phase in self.commands:
            if phase not in PHASES:
                raise InputError(
                    "a build has no such phase",
                    where="build_commands",
                    value=repr(phase),
                    remedy=f"Use one of {', '.join(PHASES)}",
                )

    def specification(self) -> BuildSpecification:
        """The buildspec.

        Tests stand in ``pre_build``, which ends the build when it fails, so nothing untested is pushed.
        """
        coverage = self.checks.coverage_percent is not None
        return BuildSpecification(
            runtime_versions={"python": self.python_version},
            install=Phase((*self._install(), *self._more("install"))),
            pre_build=Phase(
                (
                    *self._test(),
                    _LOG_IN_TO_ECR,
                    _LOG_IN_TO_DOCKER_HUB,
                    _CREATE_BUILDER,
                    *self._more("pre_build"),
                )
            ),
            build=Phase((self._name_tag(), self._build_image(), *self._more("build"))),
            post_build=Phase(self._hand_over()),
            reports={
                REPORT: Report(files=("pytest.xml",), base_directory="reports"),
                **({COVERAGE: _COVERAGE_REPORT} if coverage else {}),
            },
            artifacts={
                **self.handover.artifacts,
                **({SBOM_ARTIFACT: ArtifactFiles(("sbom.spdx.json",), _SBOM)} if self.checks.sbom else {}),
            },
            reads_scan=self.checks.scan is not None,
        )

    def _more(self, phase: str) -> tuple[str, ...]:
        return tuple(self.commands.get(phase, ()))

    def _install(self) -> tuple[str, ...]:
        install = "python -m pip install --quiet"
        tools = ['"pytest>=8,<10"', '"bandit>=1.8,<2"']
        if self.checks.coverage_percent is not None:
            tools.append('"pytest-cov>=5,<8"')
        if self.checks.audit:
            tools.append('"pip-audit>=2.7,<3"')
        return (
            f"{install} {' '.join(tools)}",
            *(f"if [ -f {file} ]; then {install} -r {file}; fi" for file in self._requirements()),
        )

    def _requirements(self) -> list[str]:
        return [f"{self.directory}/{name}" for name in ("requirements.txt", "requirements-dev.txt")]

    def _test(self) -> tuple[str, ...]:
        pytest = f"python -m pytest {self.directory} --junitxml=reports/pytest.xml"
        if self.checks.coverage_percent is not None:
            pytest += (
                f" --cov={self.directory} --cov-report=xml:reports/coverage.xml"
                f" --cov-fail-under={self.checks.coverage_percent}"
            )
        audit = (
            f"if [ -f {file} ]; then python -m pip_audit --requirement {file}; fi"
            for file in self._requirements()
        )
        return (
            pytest,
            f"python -m bandit --quiet --recursive {self.directory} --exclude {self.directory}/tests",
            *(audit if self.checks.audit else ()),
        )

    def _name_tag(self) -> str:
        # Tags are immutable and one commit can be built twice, hence the number of the build.
        return f'IMAGE_TAG="{self.revision}-$CODEBUILD_BUILD_NUMBER"'

    def _build_image(self) -> str:
        cache = f'type=registry,ref="$IMAGE_REPOSITORY_URI:{CACHE_TAG}"'
        return " ".join(
            (
                f"docker buildx build --file {self.directory}/Dockerfile --platform {self.platform}",
                # One platform and no provenance: the digest is the image's, not that of an index.
                "--provenance=false",
                # ECR takes a cache only as an OCI image manifest:
                # https://aws.amazon.com/blogs/containers/announcing-remote-cache-support-in-amazon-ecr-for-buildkit-clients/
                f"--cache-from {cache}",
                f"--cache-to {cache},mode=max,image-manifest=true,oci-mediatypes=true",
                '--tag "$IMAGE_REPOSITORY_URI:$IMAGE_TAG"',
                f"--metadata-file image-metadata.json --push {self.directory}",
            )
        )

    def _write_sbom(self) -> str:
        # An attestation in the image would make an index of it, so the bill is written by a second build,
        # all of whose layers are there already.
        return (
            f"docker buildx build --file {self.directory}/Dockerfile --platform {self.platform}"
            f" --sbom=true --output type=local,dest={_SBOM} {self.directory}"
        )

    def _hand_over(self) -> tuple[str, ...]:
        return (
            # CodeBuild runs post_build after a failed build, too.
            'test "$CODEBUILD_BUILD_SUCCEEDING" = 1',
            _READ_DIGEST,
            *(_scan_gate(self.checks.scan) if self.checks.scan else ()),
            *([self._write_sbom()] if self.checks.sbom else []),
            *self._more("post_build"),
            *self.handover.commands(_PRINT_IMAGE_DETAIL, '"$IMAGE_REPOSITORY_URI@$IMAGE_DIGEST"'),
        )


_LOG_IN_TO_ECR = (
    'aws ecr get-login-password --region "$AWS_REGION" |'
    ' docker login --username AWS --password-stdin "${IMAGE_REPOSITORY_URI%%/*}"'
)
# The password never becomes a variable: it goes from Parameter Store into docker, and nowhere else.
_LOG_IN_TO_DOCKER_HUB = (
    f'if [ "$DOCKER_HUB_USER_NAME" != "{UNSET}" ]; then'
    ' aws ssm get-parameter --name "$DOCKER_HUB_PASSWORD_PARAMETER" --with-decryption'
    " --query Parameter.Value --output text |"
    ' docker login --username "$DOCKER_HUB_USER_NAME" --password-stdin; fi'
)
# Without a builder of its own, buildx cannot export a cache to a registry. The builder's image comes from a
# mirror on ECR Public: Docker Hub limits anonymous pulls, and CodeBuild's addresses are shared.
_CREATE_BUILDER = (
    "docker buildx create --name shipway --driver docker-container"
    " --driver-opt image=public.ecr.aws/vend/moby/buildkit:buildx-stable-1 --use"
)
_READ_DIGEST = (
    'IMAGE_DIGEST=$(python -c "import json;'
    """ print(json.load(open('image-metadata.json'))['containerimage.digest'])")"""
)
_PRINT_IMAGE_DETAIL = """printf '{"ImageURI":"%s@%s"}' "$IMAGE_REPOSITORY_URI" "$IMAGE_DIGEST" """.rstrip()


def _scan_gate(severity: Severity) -> tuple[str, ...]:
    image = '--repository-name "${IMAGE_REPOSITORY_URI#*/}" --image-id "imageDigest=$IMAGE_DIGEST"'
    count = '"imageScanFindings.findingSeverityCounts.$severity"'
    find = f"aws ecr describe-image-scan-findings {image} --query {count} --output text"
    complain = 'echo "the scan found $found of $severity" >&2; exit 1'
    return (
        f"aws ecr wait image-scan-complete {image}",
        (
            f"for severity in {' '.join(severity.and_worse)}; do found=$({find});"
            f' if [ "$found" != None ]; then {complain}; fi; done'
        ),
    )
