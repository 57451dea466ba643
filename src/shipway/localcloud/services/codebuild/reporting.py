"""Test reports of a build: its files -> reports in their groups, as the build's role."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codebuild.failures import PhaseFailedError, sentence
from shipway.localcloud.services.codebuild.globs import files_below, select
from shipway.localcloud.services.codebuild.junit import (
    TestCase,
    UnreadableReportError,
    read_junit,
    status_counts,
)
from shipway.localcloud.services.codebuild.store import Report, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.services.codebuild.record import BuildRecord
    from shipway.model.build import ReportFiles

_KEPT = timedelta(days=30)  # as long as AWS keeps a report


class Reporter:
    """Publishes the reports of one build.

    CreateReport, UpdateReport and BatchPutTestCases are actions that a policy must allow and that no API
    shows; only the creation of a group that is missing goes through the API.
    """

    def __init__(
        self, kernel: Kernel, store: Store, record: BuildRecord, client: Callable[[str], Any]
    ) -> None:
        self._kernel = kernel
        self._store = store
        self._record = record
        self._client = client

    def publish(self, wanted: ReportFiles, source: Path, say: Callable[[str], None]) -> None:
        """Read the files of one entry of ``reports`` and make a report of them.

        Raises:
            PhaseFailedError: The role may not make the group, or a file cannot be read.
        """
        if wanted.file_format != "JUNITXML":
            self._kernel.ledger.note(
                Fidelity.NOT_HONOURED,
                f"buildspec reports {wanted.file_format}",
                "only JUNITXML reports are read",
                where=self._record.order.project,
            )
            return
        base = source / wanted.base_directory
        say(f"Preparing to copy TEST report {wanted.group}")
        files, _ = select(files_below(base) if base.is_dir() else [], wanted.files)
        if not files:
            # AWS says so in the log and lets the build go on.
            say(f"No matching report files were found for {wanted.group}")
            return
        try:
            cases = [
                case
                for path in files
                for case in read_junit((base / path).read_text(encoding="utf-8", errors="replace"), path)
            ]
        except UnreadableReportError as error:
            raise PhaseFailedError(
                "CLIENT_ERROR", f"Error processing report {wanted.group}: {error}"
            ) from error
        arn = self._add(self._group(wanted.group), cases)
        say(f"Report ARN: {arn}")

    def _group(self, name: str) -> str:
        order = self._record.order
        arn = name
        if not name.startswith("arn:"):
            arn = f"arn:aws:codebuild:{order.region}:{order.account}:report-group/{order.project}-{name}"
        with self._store.lock:
            if arn in self._store.at(order.account, order.region).groups:
                return arn
        try:
            self._client("codebuild").create_report_group(
                name=arn.rsplit("/", 1)[-1], type="TEST", exportConfig={"exportConfigType": "NO_EXPORT"}
            )
        except ClientError as error:
            raise PhaseFailedError(
                "CLIENT_ERROR", f"Error in report group {name}: {sentence(error)}"
            ) from error
        return arn

    def _add(self, group: str, cases: list[TestCase]) -> str:
        order = self._record.order
        name = group.rsplit("/", 1)[-1]
        arn = f"arn:aws:codebuild:{order.region}:{order.account}:report/{name}:{uuid4()}"
        counts = status_counts(cases)
        now = self._kernel.clock.now()
        shown = {
            "arn": arn,
            "type": "TEST",
            "name": name,
            "reportGroupArn": group,
            "executionId": self._record.arn,
            "status": "FAILED" if counts["FAILED"] or counts["ERROR"] else "SUCCEEDED",
            "created": now,
            "expired": now + _KEPT,
            "exportConfig": {"exportConfigType": "NO_EXPORT"},
            "truncated": False,
            "testSummary": {
                "total": len(cases),
                "statusCounts": counts,
                "durationInNanoSeconds": sum(case.duration for case in cases),
            },
        }
        with self._store.lock:
            self._store.at(order.account, order.region).reports[arn] = Report(shown, cases)
        with self._record.lock:
            self._record.report_arns.append(arn)
        return arn
