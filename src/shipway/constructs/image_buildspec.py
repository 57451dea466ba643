"""The default build: test the service, build its image, hand image and task definition to the deployment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.constructs.buildspec import ArtifactFiles, BuildSpecification, Phase, Report
from shipway.constructs.image_registry import CACHE_TAG
from shipway.constructs.registry_credentials import UNSET
from shipway.errors import InputError

if TYPE_CHECKING:
    from shipway.constructs.deploy_stage import DeployFiles

IMAGE_ARTIFACT = "ImageArtifact"
DEPLOY_ARTIFACT = "DeployArtifact"
REPORT = "tests"
HANDOVER = "handover"
CONTAINER = "app"
IMAGE_DEFINITIONS = "imagedefinitions.json"
_IMAGE_DETAIL = "imageDetail.json"
_DIRECTORY = re.compile(r"\w[\w-]*(/\w[\w-]*)*", re.ASCII)


@dataclass(frozen=True)
class ImageBuildSteps:
    """What the build needs to know.

    Args:
        directory: The service's directory in the source, e.g. ``"service"``; holds the Dockerfile.
        python_version: The Python that runs the tests, e.g. ``"3.12"``.
        platform: The platform of the image, which must be the task's, e.g. ``"linux/amd64"``.
        deploy_files: What is written for each environment that reads files.
        image_definitions: Whether an environment reads ``imagedefinitions.json`` (ECS's own deployments).

    Raises:
        InputError: The directory is not a plain relative path.
    """

    directory: str
    python_version: str
    platform: str
    deploy_files: tuple[DeployFiles, ...] = ()
    image_definitions: bool = False

    def __post_init__(self) -> None:
        if not _DIRECTORY.fullmatch(self.directory):
            raise InputError(
                "the service's directory must be a relative path of letters, digits, '-', '_' and '/'",
                value=repr(self.directory),
                remedy='Use e.g. directory="service"',
            )

    def specification(self) -> BuildSpecification:
        """The buildspec.

        Tests stand in ``pre_build``, which ends the build when it fails, so nothing untested is pushed.
        """
        return BuildSpecification(
            runtime_versions={"python": self.python_version},
            install=Phase(self._install()),
            pre_build=Phase((*self._test(), _LOG_IN_TO_ECR, _LOG_IN_TO_DOCKER_HUB, _CREATE_BUILDER)),
            build=Phase((_NAME_TAG, self._build_image())),
            post_build=Phase(self._hand_over()),
            reports={REPORT: Report(files=("pytest.xml",), base_directory="reports")},
            artifacts={
                # CodeDeployToECS refuses inputs over 3 MB: never the source tree.
                IMAGE_ARTIFACT: ArtifactFiles(self._image_files(), HANDOVER),
                **{
                    files.artifact: ArtifactFiles(tuple(files.contents), files.directory)
                    for files in self.deploy_files
                },
            },
        )

    def _install(self) -> tuple[str, ...]:
        install = "python -m pip install --quiet"
        files = [f"{self.directory}/{name}" for name in ("requirements.txt", "requirements-dev.txt")]
        return (
            f'{install} "pytest>=8,<10" "bandit>=1.8,<2"',
            *(f"if [ -f {file} ]; then {install} -r {file}; fi" for file in files),
        )

    def _test(self) -> tuple[str, ...]:
        return (
            f"python -m pytest {self.directory} --junitxml=reports/pytest.xml",
            f"python -m bandit --quiet --recursive {self.directory} --exclude {self.directory}/tests",
        )

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

    def _hand_over(self) -> tuple[str, ...]:
        return (
            # CodeBuild runs post_build after a failed build, too.
            'test "$CODEBUILD_BUILD_SUCCEEDING" = 1',
            f"mkdir -p {' '.join(self._directories())}",
            _READ_DIGEST,
            f"{_PRINT_IMAGE_DETAIL} > {HANDOVER}/{_IMAGE_DETAIL}",
            *(
                [f"{_PRINT_IMAGE_DEFINITIONS} > {HANDOVER}/{IMAGE_DEFINITIONS}"]
                if self.image_definitions
                else []
            ),
            *(
                _write(f"{files.directory}/{name}", text)
                for files in self.deploy_files
                for name, text in files.contents.items()
            ),
        )

    def _directories(self) -> list[str]:
        return list(dict.fromkeys((HANDOVER, *(files.directory for files in self.deploy_files))))

    def _image_files(self) -> tuple[str, ...]:
        return (_IMAGE_DETAIL, IMAGE_DEFINITIONS) if self.image_definitions else (_IMAGE_DETAIL,)


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
# Tags are immutable and one commit can be built twice, hence the number of the build.
_NAME_TAG = 'IMAGE_TAG="${CODEBUILD_RESOLVED_SOURCE_VERSION:0:12}-$CODEBUILD_BUILD_NUMBER"'
_READ_DIGEST = (
    'IMAGE_DIGEST=$(python -c "import json;'
    """ print(json.load(open('image-metadata.json'))['containerimage.digest'])")"""
)
_PRINT_IMAGE_DETAIL = """printf '{"ImageURI":"%s@%s"}' "$IMAGE_REPOSITORY_URI" "$IMAGE_DIGEST" """.rstrip()
_PRINT_IMAGE_DEFINITIONS = (
    f"""printf '[{{"name":"{CONTAINER}","imageUri":"%s@%s"}}]' "$IMAGE_REPOSITORY_URI" "$IMAGE_DIGEST\""""
)


def _write(path: str, text: str) -> str:
    # The quoted delimiter keeps the shell from reading "$" or quotes in the text.
    return f"cat > {path} <<'END_OF_FILE'\n{text.rstrip()}\nEND_OF_FILE\n"
