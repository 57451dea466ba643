"""What the build hands to the deployments: the image by digest, and files that its environments read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.constructs.buildspec import ArtifactFiles

if TYPE_CHECKING:
    from shipway.constructs.deploy_stage import DeployFiles

IMAGE_ARTIFACT = "ImageArtifact"
DEPLOY_ARTIFACT = "DeployArtifact"
HANDOVER = "handover"
CONTAINER = "app"
IMAGE_DETAIL = "imageDetail.json"
IMAGE_DEFINITIONS = "imagedefinitions.json"


@dataclass(frozen=True)
class Handover:
    """Files that a build leaves behind, and the artifacts that they go into.

    Args:
        deploy_files: What is written for each environment that reads files.
        image_definitions: Whether an environment reads ``imagedefinitions.json`` (ECS's own deployments).
    """

    deploy_files: tuple[DeployFiles, ...] = ()
    image_definitions: bool = False

    def commands(self, write_image_detail: str, image_uri: str) -> tuple[str, ...]:
        """The commands that write everything.

        Args:
            write_image_detail: The command that prints ``imageDetail.json``.
            image_uri: A word of the shell: repository and digest.
        """
        image = [f"{write_image_detail} > {HANDOVER}/{IMAGE_DETAIL}"]
        if self.image_definitions:
            image.append(
                f"""printf '[{{"name":"{CONTAINER}","imageUri":"%s"}}]' {image_uri}"""
                f" > {HANDOVER}/{IMAGE_DEFINITIONS}"
            )
        directories = dict.fromkeys((HANDOVER, *(files.directory for files in self.deploy_files)))
        return (
            f"mkdir -p {' '.join(directories)}",
            *image,
            *(
                _write(f"{files.directory}/{name}", text)
                for files in self.deploy_files
                for name, text in files.contents.items()
            ),
        )

    @property
    def artifacts(self) -> dict[str, ArtifactFiles]:
        """The output artifacts; CodeDeployToECS refuses inputs over 3 MB, so never the source tree."""
        image = (IMAGE_DETAIL, IMAGE_DEFINITIONS) if self.image_definitions else (IMAGE_DETAIL,)
        return {
            IMAGE_ARTIFACT: ArtifactFiles(image, HANDOVER),
            **{
                files.artifact: ArtifactFiles(tuple(files.contents), files.directory)
                for files in self.deploy_files
            },
        }


def _write(path: str, text: str) -> str:
    # The quoted delimiter keeps the shell from reading "$" or quotes in the text.
    return f"cat > {path} <<'END_OF_FILE'\n{text.rstrip()}\nEND_OF_FILE\n"
