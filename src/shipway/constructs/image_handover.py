"""The build of a pipeline that gets a finished image: nothing is built, the handover is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shipway.constructs.buildspec import BuildSpecification, Phase
from shipway.constructs.handover import IMAGE_DETAIL

if TYPE_CHECKING:
    from shipway.constructs.handover import Handover

# The source action of ECR puts imageDetail.json into its artifact, with the digest in ImageURI.
_READ_URI = (
    'IMAGE_URI=$(python3 -c "import json;'
    f""" print(json.load(open('{IMAGE_DETAIL}'))['ImageURI'])")"""
)
_DIGEST = 'case "$IMAGE_URI" in *@sha256:*) ;; *) echo "not a digest: $IMAGE_URI" >&2; exit 1;; esac'


@dataclass(frozen=True)
class ImageHandoverSteps:
    """Takes an image that was pushed to ECR and hands it to the deployments.

    Args:
        handover: What the deployments read.
    """

    handover: Handover

    def specification(self) -> BuildSpecification:
        """The buildspec."""
        return BuildSpecification(
            build=Phase((_READ_URI, _DIGEST)),
            post_build=Phase(
                (
                    'test "$CODEBUILD_BUILD_SUCCEEDING" = 1',
                    *self.handover.commands(f"cat {IMAGE_DETAIL}", '"$IMAGE_URI"'),
                )
            ),
            artifacts=self.handover.artifacts,
        )
