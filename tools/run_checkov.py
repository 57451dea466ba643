"""Runs checkov over every kind of stack: nothing may be found that no reason stands next to.

    python tools/run_checkov.py

checkov brings 70 packages, so it has an environment of its own, ``.shipway/checkov``, made when missing,
and is no part of ``make test`` (docs/adr/0001-dependencies.md). Exit code 1: a finding without a reason, or
a reason without a finding.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".shipway" / "checkov"
PINNED = "checkov==3.3.30"

# What checkov finds on purpose, and why it is so.
REASONS = {
    "CKV_AWS_2": "HTTP without a certificate; with certificate_arn the listeners are HTTPS",
    "CKV_AWS_18": "A log of the bucket would need a bucket, and that one another; CloudTrail tells as much",
    "CKV_AWS_26": "Mails are no secret; a key that EventBridge and CloudWatch may use costs $1 a month",
    "CKV_AWS_51": "Tags are immutable except the cache's: IMMUTABLE_WITH_EXCLUSION is new to checkov",
    "CKV_AWS_65": "Container Insights are billed by the metric; the alarms need none",
    "CKV_AWS_91": "Access logs need a bucket of the account's; load_balancer.log_access_logs() turns them on",
    "CKV_AWS_103": "HTTP without a certificate has no TLS; with certificate_arn it is TLS 1.3 or 1.2",
    "CKV_AWS_115": "The CDK's function that empties buckets runs once, at deletion",
    "CKV_AWS_116": "CloudFormation waits for the CDK's function and tells of its failure",
    "CKV_AWS_117": "The CDK's function calls S3 and nothing else",
    "CKV_AWS_136": "ECR encrypts with its own key; a customer's costs $1 a month and guards the same account",
    "CKV_AWS_158": "CloudWatch Logs encrypts with its own key; as above",
    "CKV_AWS_260": "The service is public: port 80 answers, or redirects to 443",
}


def main() -> int:
    """Synthesize, scan, compare."""
    checkov = HOME / "bin" / "checkov"
    if not checkov.exists():
        print(f"making {HOME} with {PINNED}", file=sys.stderr)
        venv.create(HOME, with_pip=True)
        subprocess.run([HOME / "bin" / "python", "-m", "pip", "install", "--quiet", PINNED], check=True)
    with tempfile.TemporaryDirectory() as directory:
        synthesize(Path(directory))
        failed = scan(checkov, directory)
    found = {one["check_id"] for one in failed}
    for one in failed:
        if one["check_id"] not in REASONS:
            print(f"{one['check_id']} {one['check_name']}: {one['resource']}")
    for check in sorted(set(REASONS) - found):
        print(f"{check}: nothing is found any more, the reason can go")
    print(
        f"{len(failed)} findings of {len(found)} checks, {len(found - set(REASONS))} of them without a reason"
    )
    return 0 if found == set(REASONS) else 1


def synthesize(directory: Path) -> None:
    """Write every stack of every kind of app that the tests know."""
    kinds = tests_conftest()
    for kind, make in kinds.APPS.items():
        app = kinds.App()
        make(app)
        for stack in app.synth().stacks:
            path = directory / f"{kind}-{stack.stack_name}.json"
            path.write_text(json.dumps(stack.template), encoding="utf-8")


def tests_conftest() -> ModuleType:
    """The fixtures of the construct tests, which are no package."""
    path = ROOT / "tests" / "constructs" / "conftest.py"
    spec = importlib.util.spec_from_file_location("conftest", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scan(checkov: Path, directory: str) -> list[dict[str, Any]]:
    """The checks that failed."""
    finished = subprocess.run(
        [checkov, "--directory", directory, "--framework", "cloudformation", "--output", "json", "--compact"],
        capture_output=True,
        text=True,
        check=False,
    )
    report: dict[str, Any] = json.loads(finished.stdout)
    failed: list[dict[str, Any]] = report["results"]["failed_checks"]
    return failed


if __name__ == "__main__":
    sys.exit(main())
