"""DOWNLOAD_SOURCE: the sources, the buildspec and the variables of a build."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codebuild import variables as build_variables
from shipway.localcloud.services.codebuild.failures import PhaseFailedError, as_phase_failure
from shipway.localcloud.services.codebuild.sources import Fetcher
from shipway.model.build import BuildSpec, PhaseName
from shipway.template.buildspec import read_buildspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codebuild.logs import BuildLog
    from shipway.localcloud.services.codebuild.record import BuildRecord

_DEFAULT_SPEC = "buildspec.yml"
_SHELLS = frozenset({"", "sh", "bash", "/bin/sh", "/bin/bash"})


class Preparation:
    """What the phases of a build need; complete after `prepare`.

    Attributes:
        source: Folder of the primary source.
        spec: The buildspec.
        variables: The shell's whole environment.
    """

    source: Path
    spec: BuildSpec
    variables: Mapping[str, str]

    def __init__(
        self, kernel: Kernel, record: BuildRecord, log: BuildLog, *, scratch: Path, session: str
    ) -> None:
        self._kernel = kernel
        self._record = record
        self._log = log
        self._output = scratch / "output"
        self._session = session

    def prepare(self, environment: Mapping[str, str], client: Callable[[str], Any]) -> None:
        """Fetch, read, resolve.

        Raises:
            PhaseFailedError: Whatever AWS would fail the phase for.
        """
        credentials = self._kernel.clients.environment(self._record.order.service_role, self._session)
        fetcher = Fetcher(client, environment, self._kernel.endpoint, credentials)
        folders = self._fetch(fetcher)
        self.source = folders[""]
        self.spec = self._read(client)
        self._note_what_is_not_done()
        self._log.container("Processing environment variables")
        declared = build_variables.declared(self.spec.env, self._record.order.variables)
        values, hidden = build_variables.resolve(declared, client)
        self._log.hide(hidden)
        built_in = build_variables.built_in(
            self._record,
            sources=folders,
            console=f"https://{self._record.order.region}.console.aws.amazon.com",
        )
        self.variables = {**environment, **credentials, **built_in, **values}

    def _fetch(self, fetcher: Fetcher) -> dict[str, Path]:
        order = self._record.order
        folders = {"": self._output / "src" / "src"}
        for source in order.secondary_sources:
            identifier = str(source.get("sourceIdentifier", ""))
            folders[identifier] = self._output / f"src_{identifier}" / "src"
        for folder in folders.values():
            folder.mkdir(parents=True)
        resolved = fetcher.fetch(order.source, order.source_version, folders[""])
        with self._record.lock:
            self._record.resolved_version = resolved or None
        for source in order.secondary_sources:
            identifier = str(source.get("sourceIdentifier", ""))
            version = order.secondary_versions.get(identifier, "")
            fetcher.fetch(source, version, folders[identifier])
        self._log.container(f"CODEBUILD_SRC_DIR={folders['']}")
        for identifier, folder in list(folders.items())[1:]:
            self._log.container(f"CODEBUILD_SRC_DIR_{identifier}={folder}")
        return folders

    def _read(self, client: Callable[[str], Any]) -> BuildSpec:
        declared = str(self._record.order.source.get("buildspec") or "")
        text = declared if _is_inline(declared) else self._from_file(declared or _DEFAULT_SPEC, client)
        spec = read_buildspec(text)
        fatal = next((problem for problem in spec.problems if problem.fatal), None)
        if fatal is not None:
            where = f" at line {fatal.line}" if fatal.line else ""
            raise PhaseFailedError("YAML_FILE_ERROR", f"{fatal.message}{where}")
        if spec.env.shell not in _SHELLS:
            raise PhaseFailedError("YAML_FILE_ERROR", f"the shell {spec.env.shell} is not on this machine")
        return spec

    def _from_file(self, place: str, client: Callable[[str], Any]) -> str:
        if place.startswith("arn:"):
            bucket, _, key = place.partition(":::")[2].partition("/")
            with as_phase_failure("YAML_FILE_ERROR", f"the buildspec {place} cannot be read"):
                content: bytes = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
            return content.decode(errors="replace")
        self._log.container(f"YAML location is {self.source / place}")
        file = self.source / place
        if not file.is_file():
            raise PhaseFailedError("YAML_FILE_ERROR", "YAML file does not exist")
        return file.read_text(encoding="utf-8", errors="replace")

    def _note_what_is_not_done(self) -> None:
        order, spec, project = self._record.order, self.spec, self._record.order.project

        def note(fidelity: Fidelity, what: str, detail: str) -> None:
            self._kernel.ledger.note(fidelity, what, detail, where=project)

        install = spec.phase(PhaseName.INSTALL)
        for runtime, version in install.runtime_versions if install else ():
            mine = platform.python_version() if runtime == "python" else "whatever this machine has"
            self._log.container(f"Selecting '{runtime}' runtime version '{version}' (here: {mine})")
            note(
                Fidelity.SIMULATED,
                f"buildspec runtime-versions {runtime}",
                f"{version} asked for, {mine} runs",
            )
        if spec.run_as or any(phase.run_as for phase in spec.phases):
            note(Fidelity.NOT_HONOURED, "buildspec run-as", "commands run as the user of this machine")
        if order.cache.get("type") != "NO_CACHE" or spec.cache is not None:
            note(Fidelity.SIMULATED, "CodeBuild cache", "every build starts without a cache")
        note(Fidelity.EXECUTED, "CodeBuild commands", "the buildspec runs in a shell on this machine")
        image = order.environment.get("image", "")
        note(Fidelity.SIMULATED, f"CodeBuild image {image}", "this machine's programs stand in for it")
        if order.environment.get("privilegedMode"):
            note(
                Fidelity.SIMULATED,
                "CodeBuild privileged mode",
                "docker is the engine's, whatever is set here",
            )
        for kept in spec.kept:
            note(Fidelity.NOT_HONOURED, f"buildspec {kept.path}", "read and left out")
        for unknown in spec.unknown:
            note(Fidelity.NOT_HONOURED, f"buildspec {unknown.path}", f"unknown key on line {unknown.line}")


def _is_inline(declared: str) -> bool:
    """Whether ``buildspec`` is the specification itself rather than the name of a file."""
    return "\n" in declared or declared.lstrip().startswith(("{", "version:"))
