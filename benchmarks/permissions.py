"""How many evaluations a second on one core, concrete and symbolic, and what loading the facts costs.

python benchmarks/permissions.py
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shipway.permissions.authorize import gather_policies
from shipway.permissions.catalogue import expand
from shipway.permissions.evaluate import evaluate
from shipway.permissions.managed import managed_policy
from shipway.permissions.needs_table import needs_table
from shipway.permissions.policies import Policies
from shipway.permissions.principal import Principal
from shipway.permissions.request import Context, Request
from shipway.permissions.symbols import Kind, Symbols

CASES = Path(__file__).parent.parent / "tests/unit/permissions/cases.json"
SECONDS = 2.0
Call = tuple[Request, Policies]


def vectors() -> list[Call]:
    """The 43 reference vectors."""

    def one(case: dict[str, Any]) -> Call:
        policies = gather_policies(
            inline={"identity": {"Version": "2012-10-17", "Statement": case["identity"]}},
            resource={"resource": {"Version": "2012-10-17", "Statement": case["resourcePolicy"]}}
            if case["resourcePolicy"]
            else None,
            trust=case["action"] == "sts:AssumeRole",
        )
        context = Context.of(case["context"])
        caller = Principal.of(case["principal"])
        return Request(caller, case["action"], case["resource"], context, case["account"]), policies

    return [one(case) for case in json.loads(CASES.read_text())]


def build_role() -> list[Call]:
    """A build role as CDK writes it, every name open: allowed, denied and undecided calls."""
    symbols = Symbols()
    account, region = symbols.of(Kind.NAME, "account"), symbols.of(Kind.NAME, "region")
    name = {label: symbols.of(Kind.RESOURCE_NAME, label) for label in ("bucket", "repo", "project", "other")}
    here = f"{region}:{account}"
    repository = f"arn:aws:ecr:{here}:repository/{name['repo']}"
    statements = [
        (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"arn:aws:logs:{here}:log-group:/aws/codebuild/{name['project']}:*",
        ),
        (["s3:GetObject*", "s3:GetBucket*", "s3:List*"], f"arn:aws:s3:::{name['bucket']}/*"),
        (["ecr:PutImage", "ecr:*Layer*"], repository),
        ("ecr:GetAuthorizationToken", "*"),
        ("ssm:GetParameters", f"arn:aws:ssm:{here}:parameter/app/*"),
    ]
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in statements
        ],
    }
    policies = gather_policies(inline={"build": document})
    role = Principal.role(f"arn:aws:iam::{account}:role/{name['project']}")
    calls = [
        ("s3:GetObject", f"arn:aws:s3:::{name['bucket']}/key"),
        ("s3:GetObject", f"arn:aws:s3:::{name['other']}/key"),
        ("ecr:PutImage", repository),
        ("ecr:PutImage", f"arn:aws:ecr:{here}:repository/{name['other']}"),
        ("ecr:PutImage", f"arn:aws:ecr:eu-west-1:{account}:repository/{name['repo']}"),
        ("ssm:GetParameters", f"arn:aws:ssm:{here}:parameter/app/dev"),
        ("iam:PassRole", f"arn:aws:iam::{account}:role/{name['other']}"),
    ]
    return [(Request(role, action, resource), policies) for action, resource in calls]


def rate(calls: list[Call]) -> float:
    """Evaluations a second of processor time, so that a busy machine counts for nothing."""
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < SECONDS:
        for request, policies in calls:
            evaluate(request, policies)
        done += len(calls)
    return done / spent


def milliseconds(load: Callable[[], object]) -> float:
    start = time.process_time()
    load()
    return (time.process_time() - start) * 1000


def main() -> None:
    arn = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS"
    print(f"loading the needs        {milliseconds(needs_table):8.2f} ms")
    print(f"a managed policy         {milliseconds(lambda: managed_policy(arn)):8.2f} ms")
    print(f"expanding ec2:Describe*  {milliseconds(lambda: expand('ec2:Describe*')):8.2f} ms")
    print(f"reference vectors        {rate(vectors()):8,.0f} evaluations a second")
    print(f"a symbolic build role    {rate(build_role()):8,.0f} evaluations a second")


if __name__ == "__main__":
    main()
