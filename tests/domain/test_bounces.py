"""What a refusal says: the address is bad, or this mail did not get through."""

from __future__ import annotations

import pytest

from tracker.domain.bounces import is_bad_address, status_in


@pytest.mark.parametrize("status", ["5.1.1", "5.1.0", "5.1.2", "5.1.10", "5.2.1", "5.4.4"])
def test_no_such_mailbox_or_domain_is_a_bad_address(status):
    assert is_bad_address(status)


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.1.7", "5.1.8", "5.0.0", "4.1.1", "4.4.7", "2.1.5"])
def test_a_full_mailbox_a_policy_or_what_may_pass_is_none(status):
    assert not is_bad_address(status)
    assert not is_bad_address(status, 550)


@pytest.mark.parametrize(("code", "bad"), [(550, True), (551, True), (553, True), (552, False), (554, False)])
def test_without_a_status_the_plain_code_decides(code, bad):
    assert is_bad_address("", code) is bad


def test_the_status_is_found_among_the_words():
    assert status_in("550 5.1.1 <ana@infom.example>: no existe") == "5.1.1"
    assert status_in("host 10.5.1.1 dijo: 550 no existe") == ""
    assert status_in("550 no existe") == ""
