"""How many evaluations a second on one core, and what the IAM rules add to a check.

python benchmarks/permissions.py [TEMPLATE]

With a template (or a cdk.out directory), the processor time of the IAM rules on it, cold and warm, and of
importing what they need.
"""

import argparse
import json
import subprocess
import sys
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


# What a check without IAM rules has loaded already is loaded before the clock starts.
IMPORTING = """
import time, dataclasses, json, re
import shipway.checks.registry, shipway.template.build_graph
from shipway.model import alerts, balancer, function, graph, identity, logs, network, pipeline
from shipway.model import project, release, secrets, service, storage
start = time.process_time()
from shipway.permissions import breadth, encrypted, escalation, futile, mend, needs, unneeded
print((time.process_time() - start) * 1000)
"""


def importing() -> float:
    """Milliseconds that importing the permissions takes in a process of its own; the best of five."""
    runs = (
        subprocess.run([sys.executable, "-c", IMPORTING], capture_output=True, text=True, check=True)
        for _ in range(5)
    )
    return min(float(run.stdout) for run in runs)


def rules_on(path: str) -> tuple[int, list[float]]:
    """Resources, and milliseconds of the IAM rules on a template: the first time, and again."""
    from shipway.checks.engine import run  # noqa: PLC0415 -- the figures above need no rules
    from shipway.checks.registry import select  # noqa: PLC0415
    from shipway.template.build_graph import build_graphs  # noqa: PLC0415
    from shipway.template.inputs import read_systems  # noqa: PLC0415

    rules = select(("permissions",), ())
    resources, times = 0, []
    for _ in range(3):
        for system in read_systems((path,), None):
            graphs = tuple(build_graphs(system.templates, system.sources, system.nested))
            resources = len(graphs[0].resources)
            times.append(milliseconds(lambda graphs=graphs: run(graphs, rules)))
    return resources, times


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("template", nargs="?")
    template = arguments.parse_args().template
    if template:
        resources, (cold, *warm) = rules_on(template)
        print(f"IAM rules on {resources} resources: {cold:.1f} ms cold, {min(warm):.1f} ms again")
        print(f"importing them            {importing():8.2f} ms")
    arn = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS"
    print(f"loading the needs        {milliseconds(needs_table):8.2f} ms")
    print(f"a managed policy         {milliseconds(lambda: managed_policy(arn)):8.2f} ms")
    print(f"expanding ec2:Describe*  {milliseconds(lambda: expand('ec2:Describe*')):8.2f} ms")
    print(f"reference vectors        {rate(vectors()):8,.0f} evaluations a second")
    print(f"a symbolic build role    {rate(build_role()):8,.0f} evaluations a second")


if __name__ == "__main__":
    main()
