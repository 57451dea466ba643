from shipway.localcloud.balancer.configuration import HealthCheck, Target
from shipway.localcloud.balancer.health import Probe
from shipway.localcloud.balancer.targets import Targets

A, B = Target("10.0.0.4", 8080), Target("10.0.0.5", 8080)
CHECK = HealthCheck(unhealthy_threshold=1)


def used(*targets: Target) -> Targets:
    table = Targets()
    table.use(frozenset({"g"}))
    for target in targets:
        table.register("g", target)
    return table


def states(table: Targets) -> dict[Target, str]:
    return {target: health.state.value for target, health in table.describe("g")}


def test_only_healthy_targets_get_requests() -> None:
    table = used(A, B)
    table.observe("g", A, Probe(200), CHECK)
    table.observe("g", B, Probe(500), CHECK)
    assert table.eligible("g") == (A,)


def test_all_get_requests_when_none_is_healthy() -> None:
    table = used(A, B)
    table.observe("g", A, Probe(500), CHECK)
    assert table.eligible("g") == (A, B)


def test_a_group_that_no_listener_uses_is_unused_and_not_probed() -> None:
    table = Targets()
    table.register("g", A)
    assert states(table) == {A: "unused"}
    assert table.to_probe() == []


def test_a_deregistered_target_drains_and_is_then_forgotten() -> None:
    table = used(A, B)
    table.deregister("g", A, delay=60)
    assert states(table)[A] == "draining"
    assert table.eligible("g") == (B,)
    table.finish_draining()
    assert A in states(table)
    table.deregister("g", B, delay=0)
    table.finish_draining()
    assert B not in states(table)


def test_draining_waits_for_the_requests_that_were_begun() -> None:
    table = used(A)
    table.began("g", A, +1)
    table.deregister("g", A, delay=0)
    table.finish_draining()
    assert states(table) == {A: "draining"}
    table.began("g", A, -1)
    table.finish_draining()
    assert states(table) == {}


def test_an_unused_group_lets_go_at_once_unless_something_is_under_way() -> None:
    table = used(A, B)
    table.began("g", A, +1)
    table.use(frozenset())
    table.deregister("g", A, delay=60)
    table.deregister("g", B, delay=60)
    assert states(table) == {A: "draining"}


def test_registering_again_ends_the_draining() -> None:
    table = used(A)
    table.deregister("g", A, delay=60)
    table.register("g", A)
    assert states(table) == {A: "initial"}
