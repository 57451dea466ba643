"""The processor that tasks run on, and what must agree with it."""

from __future__ import annotations

from enum import Enum

from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_ecs as ecs


class Architecture(Enum):
    """The processor of tasks, of the image and of the machine that builds it: one choice for all three.

    An image for another processor than the task's does not start, and one that is built by emulation takes
    many times as long.
    """

    X86_64 = "X86_64"
    ARM64 = "ARM64"

    @property
    def of_tasks(self) -> ecs.CpuArchitecture:
        """The task definition's ``cpuArchitecture``."""
        return ecs.CpuArchitecture.ARM64 if self is Architecture.ARM64 else ecs.CpuArchitecture.X86_64

    @property
    def platform(self) -> str:
        """The image's platform, e.g. ``linux/amd64``."""
        return "linux/arm64" if self is Architecture.ARM64 else "linux/amd64"

    @property
    def build_image(self) -> codebuild.IBuildImage:
        """The machine image of the build."""
        if self is Architecture.ARM64:
            return codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0
        return codebuild.LinuxBuildImage.AMAZON_LINUX_2023_5
