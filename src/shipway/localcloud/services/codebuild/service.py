"""CodeBuild as a service of the cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shipway.localcloud.engines.tasks.keeper import Keeper
from shipway.localcloud.kernel import Service
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.codebuild.builds import BuildOperations
from shipway.localcloud.services.codebuild.provisioners import ProjectProvisioner, ReportGroupProvisioner
from shipway.localcloud.services.codebuild.reports import ReportOperations
from shipway.localcloud.services.codebuild.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shipway.localcloud.kernel import Kernel, Provisioner
    from shipway.localcloud.services.codebuild.shell_session import Guard


class CodeBuild(BuildOperations, ReportOperations, Service):
    """Projects, builds that run, and their test reports."""

    api: ClassVar[str] = "codebuild"

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "CodeBuild", "phases, reports, artifacts and states as AWS has them"),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.store = Store()
        self._keeper: Keeper | None = None

    def guard(self) -> Guard:
        """A process that outlives a killed cloud by a moment; started with the first build."""
        with self.store.lock:
            if self._keeper is None:
                folder = self.kernel.scratch / "codebuild"
                folder.mkdir(exist_ok=True)
                self._keeper = Keeper(folder)
            return self._keeper

    def provisioners(self) -> Mapping[str, Provisioner]:
        """In place of ministack's project, which drops most of its properties."""
        return {
            "AWS::CodeBuild::Project": ProjectProvisioner(self.kernel),
            "AWS::CodeBuild::ReportGroup": ReportGroupProvisioner(self.kernel),
        }

    def close(self) -> None:
        """End the builds under way, and what watches over them."""
        for build in self.store.builds():
            build.stop_asked.set()
        with self.store.lock:
            if self._keeper is not None:
                self._keeper.close()
