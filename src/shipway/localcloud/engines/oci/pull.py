"""Where an image comes from: the store, the emulated ECR, or nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shipway.localcloud.engines.oci.reference import Reference, is_ecr
from shipway.localcloud.engines.oci.registry import RegistryClient

if TYPE_CHECKING:
    from shipway.localcloud.engines.engine import Credentials, Registry
    from shipway.localcloud.engines.oci.store import Store


def is_emulated(reference: Reference, registry: Registry) -> bool:
    """Whether the emulated ECR answers for this image: its own host, and other accounts' and regions' ECR."""
    return reference.registry == registry.host or is_ecr(reference.registry)


def pull(
    reference: Reference, registry: Registry, credentials: Credentials | None, store: Store
) -> str | None:
    """Fetch the image and name it in the store; returns its manifest's digest, ``None`` if not emulated.

    Raises:
        RegistryError: The registry does not hand it out.
        DigestMismatchError: It hands out something else.
    """
    if not is_emulated(reference, registry):
        return None
    wanted = reference.tagged()
    digest = RegistryClient(registry, wanted.registry, credentials).pull(wanted, store)
    store.tag(str(wanted), digest)
    store.tag(f"{wanted.name}@{digest}", digest)
    return digest
