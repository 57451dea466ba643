"""Synthesis of the default stack in Python with our constructs, and of the same stack written in JavaScript.

Usage: python benchmarks/synth.py [RUNS]
Both sides run as a user runs them: one process that starts, synthesizes and ends. They use the same Node.js
and the same aws-cdk-lib, unpacked from the Python package, and must write the same template.
The best of all runs counts, since other work on the machine only adds. Exit code 1: the ratio is above 1.4.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import shipway.constructs  # noqa: F401 - chooses the Node.js that both sides run on

# isort: split
import aws_cdk
import yaml

import constructs

HELLO = Path(__file__).parents[1] / "examples" / "hello"
JAVASCRIPT = Path(__file__).parent / "synth" / "app.js"
MOST = 1.4
TASKDEF = "cat > handover/taskdef.json"


class Cost(NamedTuple):
    """Seconds of a process and of all that it started."""

    wall: float
    processor: float


def main(runs: int) -> int:
    python = [sys.executable, "app.py"]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        node = prepare(place)
        ours = synthesize(python, HELLO, place / "python")
        (place / "texts.json").write_text(json.dumps(shared_texts(ours)), encoding="utf-8")
        theirs = synthesize([node, "app.js"], place, place / "javascript")
        difference = compare(ours, theirs)
        if difference:
            print("the two templates differ in", ", ".join(difference))
            return 1
        measured: dict[str, list[Cost]] = {"Python": [], "JavaScript": []}
        for _ in range(runs):  # by turns, so that a busy machine is busy for both
            measured["Python"].append(run(python, HELLO, place / "python"))
            measured["JavaScript"].append(run([node, "app.js"], place, place / "javascript"))
    best = {side: Cost(*map(min, zip(*costs, strict=True))) for side, costs in measured.items()}
    for side, cost in best.items():
        print(f"{side:<12}{cost.wall:6.2f} s wall  {cost.processor:6.2f} s of processors")
    wall, processor = (one / other for one, other in zip(best["Python"], best["JavaScript"], strict=True))
    print(f"{'ratio':<12}{wall:6.2f}         {processor:6.2f}   (wall: at most {MOST})")
    return 0 if wall <= MOST else 1


def prepare(place: Path) -> str:
    """Lay the JavaScript app beside the libraries of the Python packages; tell which Node.js to use."""
    roots = (Path(aws_cdk.__file__).parent, Path(constructs.__file__).parent)
    for archive in (found for root in roots for found in root.rglob("*.jsii.tgz")):
        with tarfile.open(archive) as packed:
            packed.extractall(place / "unpacked", filter="data")
        unpacked = place / "unpacked" / "package"
        name = json.loads((unpacked / "package.json").read_text(encoding="utf-8"))["name"]
        target = place / "node_modules" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        unpacked.rename(target)
    (place / "app.js").write_bytes(JAVASCRIPT.read_bytes())
    return os.environ.get("JSII_NODE") or "node"  # as shipway.constructs chose


def shared_texts(template: dict[str, Any]) -> dict[str, Any]:
    """The long texts of the stack, which are data on either side: the placeholder and the buildspec."""
    resources = template["Resources"].values()
    (task,) = (one for one in resources if one["Type"] == "AWS::ECS::TaskDefinition")
    (project,) = (one for one in resources if one["Type"] == "AWS::CodeBuild::Project")
    parts = project["Properties"]["Source"]["BuildSpec"]["Fn::Join"][1]
    buildspec = yaml.safe_load("".join(part if isinstance(part, str) else "token" for part in parts))
    commands = buildspec["phases"]["post_build"]["commands"]
    buildspec["phases"]["post_build"]["commands"] = [
        "<TASKDEF>" if one.startswith(TASKDEF) else one for one in commands
    ]
    return {
        "placeholder": task["Properties"]["ContainerDefinitions"][0]["Command"],
        "buildspec": buildspec,
    }


def synthesize(command: list[str], directory: Path, output: Path) -> dict[str, Any]:
    """The template that a side writes."""
    run(command, directory, output)
    template: dict[str, Any] = json.loads((output / "hello-dev.template.json").read_text(encoding="utf-8"))
    return template


def run(command: list[str], directory: Path, output: Path) -> Cost:
    """What a process costs from start to end."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, "CDK_OUTDIR": str(output)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, used)


def compare(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """Logical ids that one side lacks or says otherwise."""
    mine, yours = ours["Resources"], theirs["Resources"]
    return sorted(name for name in mine.keys() | yours.keys() if mine.get(name) != yours.get(name))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
