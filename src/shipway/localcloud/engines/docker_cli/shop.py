"""What the commands of one build share on disk: images, logins, builders, and the limits they have met."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shipway.localcloud.engines.docker_cli.console import tell
from shipway.localcloud.engines.engine import Credentials, Limit, Registry
from shipway.localcloud.engines.oci.store import Store

DEFAULT_BUILDER = "default"


@dataclass(frozen=True)
class Shop:
    """One folder; every `docker` of a build opens it anew.

    Args:
        folder: Holds everything below.
        registry: The emulated ECR.
        python: The interpreter whose pip carries out `RUN pip install`.
    """

    folder: Path
    registry: Registry
    python: Path

    def save(self) -> None:
        """Make the folder, for ``open_shop``."""
        self.folder.mkdir(parents=True)
        document = {"registry": asdict(self.registry), "python": str(self.python)}
        (self.folder / "shop.json").write_text(json.dumps(document), encoding="utf-8")

    @property
    def limits(self) -> Path:
        """One JSON object per line: what was not done for real."""
        return self.folder / "limits.jsonl"

    @property
    def store(self) -> Store:
        """The images of the build."""
        return Store(self.folder / "images")

    def report(self, limit: Limit) -> None:
        """Tell the engine, by file, and the reader of the build log."""
        with self.limits.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(limit)) + "\n")
        tell(f"shipway: warning: {limit.subject}: {limit.detail}")

    def credentials(self, host: str) -> Credentials | None:
        """What ``docker login`` has kept for a registry."""
        entry = self._logins().get("auths", {}).get(host, {}).get("auth")
        if entry is None:
            return None
        user, _, password = base64.b64decode(entry).decode().partition(":")
        return Credentials(user, password)

    def keep_credentials(self, host: str, credentials: Credentials | None) -> None:
        """Keep them as Docker does; ``None`` forgets."""
        document = self._logins()
        auths = document.setdefault("auths", {})
        if credentials is None:
            auths.pop(host, None)
        else:
            pair = f"{credentials.user}:{credentials.password}".encode()
            auths[host] = {"auth": base64.b64encode(pair).decode()}
        self._config.parent.mkdir(parents=True, exist_ok=True)
        self._config.touch(mode=0o600)
        self._config.write_text(json.dumps(document, indent=2), encoding="utf-8")

    def builders(self) -> tuple[list[str], str]:
        """The names of the builders that ``buildx create`` has made, and the one in use."""
        try:
            document = json.loads(self._builders.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return [], DEFAULT_BUILDER
        return document["names"], document["current"]

    def keep_builders(self, names: list[str], current: str) -> None:
        """The inverse."""
        self._builders.write_text(json.dumps({"names": names, "current": current}), encoding="utf-8")

    def _logins(self) -> dict[str, Any]:
        try:
            document: dict[str, Any] = json.loads(self._config.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return document

    @property
    def _config(self) -> Path:
        # A build may set DOCKER_CONFIG itself, as with the real one.
        return Path(os.environ.get("DOCKER_CONFIG", str(self.folder / "config"))) / "config.json"

    @property
    def _builders(self) -> Path:
        return self.folder / "builders.json"


def open_shop(folder: Path) -> Shop:
    """A folder that ``Shop.save`` has made."""
    document = json.loads((folder / "shop.json").read_text(encoding="utf-8"))
    return Shop(folder, Registry(**document["registry"]), Path(document["python"]))
