"""CodeBuild's API for report groups and reports."""

# ruff: noqa: D102 - an operation's promise is AWS's own, in its API reference

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from shipway.localcloud.ledger import Fidelity
from shipway.localcloud.services.codebuild.store import Report, Store, not_found
from shipway.localcloud.wire import ServiceError, operation

if TYPE_CHECKING:
    from shipway.localcloud.kernel import Kernel
    from shipway.localcloud.wire import Caller, Request, Response

_NAME = re.compile(r".{2,128}", re.DOTALL)


class ReportOperations:
    """Groups, reports and their test cases."""

    kernel: Kernel
    store: Store

    @operation("CreateReportGroup")
    def create_report_group(self, request: Request, caller: Caller) -> Response:
        name = request["name"]
        if not _NAME.fullmatch(name):
            raise ServiceError("InvalidInputException", f"Invalid report group name: {name}")
        arn = caller.arn("codebuild", f"report-group/{name}")
        now = self.kernel.clock.now()
        with self.store.lock:
            groups = self.store.at(caller.account, caller.region).groups
            if arn in groups:
                raise ServiceError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
            groups[arn] = {**request, "arn": arn, "created": now, "lastModified": now, "status": "ACTIVE"}
            if request["exportConfig"].get("exportConfigType") == "S3":
                self.kernel.ledger.note(
                    Fidelity.NOT_HONOURED,
                    "CodeBuild report export to S3",
                    "reports stay in the local cloud",
                    where=name,
                )
            return {"reportGroup": groups[arn]}

    @operation("UpdateReportGroup")
    def update_report_group(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            group = self._group(request["arn"], caller)
            group.update(request, lastModified=self.kernel.clock.now())
            return {"reportGroup": dict(group)}

    @operation("BatchGetReportGroups")
    def batch_get_report_groups(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            groups = self.store.at(caller.account, caller.region).groups
            arns = request["reportGroupArns"]
            return {
                "reportGroups": [dict(groups[arn]) for arn in arns if arn in groups],
                "reportGroupsNotFound": [arn for arn in arns if arn not in groups],
            }

    @operation("ListReportGroups")
    def list_report_groups(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            arns = list(self.store.at(caller.account, caller.region).groups)
        return {"reportGroups": _ordered(request, arns)}

    @operation("DeleteReportGroup")
    def delete_report_group(self, request: Request, caller: Caller) -> None:
        arn = request["arn"]
        with self.store.lock:
            place = self.store.at(caller.account, caller.region)
            held = [r for r, report in place.reports.items() if report.shown["reportGroupArn"] == arn]
            if held and not request.get("deleteReports"):
                raise ServiceError(
                    "InvalidInputException",
                    f"Report group {arn} cannot be deleted because it contains reports. "
                    "Delete them first, or set deleteReports",
                )
            for report in held:
                del place.reports[report]
            place.groups.pop(arn, None)

    @operation("ListReports")
    def list_reports(self, request: Request, caller: Caller) -> Response:
        return {"reports": self._reports_of(request, caller, None)}

    @operation("ListReportsForReportGroup")
    def list_reports_for_report_group(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            self._group(request["reportGroupArn"], caller)
        return {"reports": self._reports_of(request, caller, request["reportGroupArn"])}

    @operation("BatchGetReports")
    def batch_get_reports(self, request: Request, caller: Caller) -> Response:
        with self.store.lock:
            reports = self.store.at(caller.account, caller.region).reports
            arns = request["reportArns"]
            return {
                "reports": [dict(reports[arn].shown) for arn in arns if arn in reports],
                "reportsNotFound": [arn for arn in arns if arn not in reports],
            }

    @operation("DescribeTestCases")
    def describe_test_cases(self, request: Request, caller: Caller) -> Response:
        wanted = request.get("filter", {})
        with self.store.lock:
            report = self._report(request["reportArn"], caller)
            cases = [
                {
                    "reportArn": request["reportArn"],
                    "testRawDataPath": case.file,
                    "prefix": case.prefix,
                    "name": case.name,
                    "status": case.status,
                    "durationInNanoSeconds": case.duration,
                    "message": case.message or None,
                    "expired": report.shown["expired"],
                    "testSuiteName": case.suite,
                }
                for case in report.cases
                if wanted.get("status") in {None, case.status} and wanted.get("keyword", "") in case.name
            ]
        return {"testCases": cases}

    @operation("DeleteReport")
    def delete_report(self, request: Request, caller: Caller) -> None:
        with self.store.lock:
            self.store.at(caller.account, caller.region).reports.pop(request["arn"], None)

    def _reports_of(self, request: Request, caller: Caller, group: str | None) -> list[str]:
        status = request.get("filter", {}).get("status")
        with self.store.lock:
            reports = self.store.at(caller.account, caller.region).reports.items()
            arns = [
                arn
                for arn, report in reports
                if group in {None, report.shown["reportGroupArn"]}
                and status in {None, report.shown["status"]}
            ]
        return _ordered(request, arns)

    def _group(self, arn: str, caller: Caller) -> dict[str, Any]:
        found = self.store.at(caller.account, caller.region).groups.get(arn)
        if found is None:
            raise not_found("Report group", arn)
        return found

    def _report(self, arn: str, caller: Caller) -> Report:
        found = self.store.at(caller.account, caller.region).reports.get(arn)
        if found is None:
            raise not_found("Report", arn)
        return found


def _ordered(request: Request, arns: list[str]) -> list[str]:
    return arns if request.get("sortOrder") == "ASCENDING" else arns[::-1]
