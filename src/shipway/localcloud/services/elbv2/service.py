"""Elastic Load Balancing v2 as a service of the local cloud."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from shipway.localcloud import wire
from shipway.localcloud.balancer.balancer import Balancer
from shipway.localcloud.balancer.configuration import Configuration
from shipway.localcloud.kernel import Kernel, Provisioner, QueryOverlay, Service, not_emulated
from shipway.localcloud.ledger import Entry, Fidelity
from shipway.localcloud.services.elbv2 import query
from shipway.localcloud.services.elbv2.limits import limits_of
from shipway.localcloud.services.elbv2.listeners import Listeners
from shipway.localcloud.services.elbv2.load_balancers import LoadBalancers
from shipway.localcloud.services.elbv2.plane import configuration_of
from shipway.localcloud.services.elbv2.provision import provisioners
from shipway.localcloud.services.elbv2.publisher import Publisher
from shipway.localcloud.services.elbv2.store import Store
from shipway.localcloud.services.elbv2.tagging import Tagging
from shipway.localcloud.services.elbv2.target_groups import TargetGroups

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_API = "elbv2"
_SIGNED_FOR = "elasticloadbalancing"
_VERSION = "2015-12-01"  # the classic API is signed for the same service under another version


class ElbV2(Service):
    """The control plane is kept here, the data plane in the balancer that it configures.

    ministack has this API too, but drops the weights of forward actions and calls every target healthy:
    two owners of one state would not agree, so all of it is ours.
    """

    fidelity: ClassVar = (
        Entry(Fidelity.EMULATED, "Elastic Load Balancing", "load balancers, listeners, rules, target groups"),
        Entry(
            Fidelity.EXECUTED,
            "load balancer traffic",
            "a proxy routes every request and probes every target",
        ),
    )

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel)
        self.store = Store(self._configure)
        self.balancer = Balancer(kernel)
        self._publishing = threading.Event()
        self._behind: frozenset[tuple[str, str]] = frozenset()  # load balancers and groups that serve
        parts = [
            part(kernel, self.store, self.balancer)
            for part in (LoadBalancers, TargetGroups, Listeners, Tagging)
        ]
        self._calls = {name: call for part in parts for name, call in part.operations().items()}

    def call(self, name: str, request: wire.Request, caller: wire.Caller) -> wire.Response:
        """Run one operation; also how CloudFormation's provisioners reach it."""
        if name not in self._calls:
            raise not_emulated(_API, name)
        return self._calls[name](request, caller) or {}

    def query_overlays(self) -> Mapping[str, QueryOverlay]:
        """Every operation of the API, those that are missing too, so that none reaches ministack."""
        names = wire.service_model(_API).operation_names
        return {f"{_SIGNED_FOR}:{name}": self._answer for name in names}

    def provisioners(self) -> Mapping[str, Provisioner]:
        """LoadBalancer, TargetGroup, Listener, ListenerRule."""
        return provisioners(self.call)

    def control(self) -> Mapping[str, Callable[[], object]]:
        """``endpoints``: where each listener answers on this machine."""
        return {"endpoints": lambda: {"listeners": self.balancer.endpoints()}}

    def close(self) -> None:
        """Stop the proxies and the health checks."""
        self.balancer.close()

    def _answer(self, form: Mapping[str, str], caller: wire.Caller, passed_on: Callable[[], bytes]) -> bytes:
        name = form["Action"]
        if form.get("Version") != _VERSION:
            return passed_on()
        request = query.parse_request(_API, name, form)
        return query.encode_response(_API, name, self.call(name, request, caller))

    def _configure(self) -> None:
        configuration = configuration_of(self.store)
        for what, detail, where in limits_of(self.store):
            self.kernel.ledger.note(Fidelity.NOT_HONOURED, what, detail, where=where)
        self.balancer.configure(configuration)
        self._behind = frozenset(
            (listener.dimension, group)
            for listener in configuration.listeners
            for group in Configuration((listener,)).used_groups()
        )
        if self._behind and not self._publishing.is_set():
            self._publishing.set()
            publisher = Publisher(self.kernel, self.balancer, lambda: self._behind)
            self.kernel.jobs.start("load balancer metrics", publisher.run)
