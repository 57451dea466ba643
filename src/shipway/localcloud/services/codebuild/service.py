"""CodeBuild as a service of the cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.localcloud.kernel import Service
from shipway.localcloud.services.codebuild.builds import BuildOperations
from shipway.localcloud.services.codebuild.provisioners import ProjectProvisioner, ReportGroupProvisioner
from shipway.localcloud.services.codebuild.reports import ReportOperations
from shipway.localcloud.services.codebuild.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel, Provisioner


class CodeBuild(BuildOperations, ReportOperations, Service):
    """Projects, builds that run, and their test reports."""

    api: ClassVar[str] = "codebuild"

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.store = Store()

    def provisioners(self) -> Mapping[str, Provisioner]:
        """In place of ministack's project, which drops most of its properties."""
        return {
            "AWS::CodeBuild::Project": ProjectProvisioner(self.kernel),
            "AWS::CodeBuild::ReportGroup": ReportGroupProvisioner(self.kernel),
        }

    def close(self) -> None:
        """Ask the builds under way to end; their shells end with the clock."""
        for build in self.store.builds():
            build.stop_asked.set()
