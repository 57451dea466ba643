import pytest

from shipway.localcloud.network import Network


def test_addresses_begin_after_those_that_aws_keeps() -> None:
    network = Network()
    assert [network.lease("10.0.1.0/24"), network.lease("10.0.1.0/24")] == ["10.0.1.4", "10.0.1.5"]


def test_a_released_address_is_given_again_and_leads_nowhere_meanwhile() -> None:
    network = Network()
    address = network.lease("10.0.1.0/24")
    network.attach(address, 8080, "127.0.0.1", 41234)
    assert network.resolve(address, 8080) == ("127.0.0.1", 41234)
    network.release(address)
    assert network.resolve(address, 8080) is None
    assert network.lease("10.0.1.0/24") == address


def test_a_full_subnet_says_so() -> None:
    network = Network()
    for _ in range(16 - 5):
        network.lease("10.0.1.0/28")
    with pytest.raises(LookupError, match="insufficient free addresses"):
        network.lease("10.0.1.0/28")


def test_what_stands_on_this_machine_is_reached_directly() -> None:
    assert Network().resolve("127.0.0.1", 9) == ("127.0.0.1", 9)
