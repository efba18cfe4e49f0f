"""Which addresses anybody can reach; those that lead inwards are not among them, however they are written."""

from __future__ import annotations

import pytest

from tracker.domain.addresses import is_own_network, is_public, numeric_address


@pytest.mark.parametrize("address", ["8.8.8.8", "190.149.1.1", "2606:4700::1111", "2800:3f0:4001::200e"])
def test_what_anybody_can_reach_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - nobody binds to it
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "localhost",
        "",
        "8.8.8",
    ],
)
def test_what_leads_inwards_or_is_no_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "172.20.1.1", "192.168.0.9", "::1", "fd12::1"])
def test_the_operator_may_let_a_host_be_in_its_own_network(address):
    assert is_own_network(address)


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "224.0.0.1", "::", "100.64.0.1", "fd00:ec2::254", "8.8.8.8", "x"],
)
def test_but_nowhere_where_clouds_keep_their_secrets(address):
    assert not is_own_network(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.1"],
)
def test_numbers_are_read_however_they_are_written(host):
    assert numeric_address(host) in {"127.0.0.1"}


def test_names_are_no_numbers():
    assert numeric_address("ogp.gob.gt") is None
    assert numeric_address("") is None
    assert numeric_address("::1") == "::1"


def test_127_0_1_is_not_hidden_by_its_short_form():
    assert not is_public(numeric_address("0x7f.1") or "8.8.8.8")
