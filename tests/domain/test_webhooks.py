"""Webhooks: where messages may go, how they are signed, when an address is given up."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tracker.domain.errors import DomainError
from tracker.domain.webhooks import (
    LONGEST_URL,
    Reach,
    WebhookStatus,
    check_url,
    imprint,
    is_delivered,
    is_given_up,
    may_become,
    secret_of,
    sign,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OUTSIDE = Reach()
INSIDE = Reach(allow_http=True, hosts={"10.0.0.5", "127.0.0.1:8444", "localhost:8444"})


@pytest.mark.parametrize(
    "url",
    ["https://sistema.gob.gt/avisos", " https://sistema.gob.gt:443/a?b=c ", "https://8.8.8.8/x"],
)
def test_a_public_address_is_kept_without_blanks_around(url):
    assert check_url(url, OUTSIDE) == url.strip()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "webhook-url-not-valid"),
        ("sistema.gob.gt/avisos", "webhook-url-not-valid"),
        ("ftp://sistema.gob.gt/", "webhook-url-not-valid"),
        ("https:///avisos", "webhook-url-not-valid"),
        ("https://a.gob.gt/#parte", "webhook-url-not-valid"),
        ("https://a.gob.gt/con espacio", "webhook-url-not-valid"),
        ("https://a.gob.gt:puerto/", "webhook-url-not-valid"),
        ("https://[::1/", "webhook-url-not-valid"),
        (f"https://a.gob.gt/{'x' * LONGEST_URL}", "webhook-url-not-valid"),
        ("http://sistema.gob.gt/avisos", "webhook-url-not-https"),
        ("https://ana:clave@sistema.gob.gt/", "webhook-url-with-password"),
        ("https://sistema.gob.gt:8443/", "webhook-url-port"),
        ("https://localhost/", "webhook-url-private"),
        ("https://127.0.0.1/", "webhook-url-private"),
        ("https://2130706433/", "webhook-url-private"),
        ("https://169.254.169.254/latest/", "webhook-url-private"),
        ("https://10.0.0.5/", "webhook-url-private"),
        ("https://[::1]/", "webhook-url-private"),
        ("https://[fd00::1]/", "webhook-url-private"),
    ],
)
def test_what_messages_are_never_sent_to_is_refused_beside_the_address(url, code):
    with pytest.raises(DomainError) as refused:
        check_url(url, OUTSIDE)
    assert (refused.value.code, refused.value.field) == (code, "url")


def test_an_inner_address_only_where_the_operator_lets_it_in_and_metadata_never():
    for url in ("http://10.0.0.5/x", "https://127.0.0.1:8444/x", "http://localhost:8444/x"):
        assert check_url(url, INSIDE) == url
    for url in ("http://10.0.0.6/x", "http://127.0.0.1:8445/x", "http://localhost/x"):
        with pytest.raises(DomainError):
            check_url(url, INSIDE)
    with pytest.raises(DomainError):
        check_url("http://169.254.169.254/", Reach(True, {"169.254.169.254"}))


def test_a_secret_is_made_of_the_installations_key_and_is_another_after_each_renewal():
    first = secret_of("clave", "uid", 1)
    assert first.startswith("whsec_")
    assert len(b64decode(first.removeprefix("whsec_"))) == 32
    assert first == secret_of("clave", "uid", 1)
    others = {secret_of("clave", "uid", 2), secret_of("clave", "otro", 1), secret_of("otra", "uid", 1)}
    assert len(others | {first}) == 4
    assert imprint(first) != imprint(secret_of("otra", "uid", 1))


def test_a_message_is_signed_as_the_specification_says_by_every_secret_that_holds():
    secrets = [secret_of("clave", "uid", 2), secret_of("clave", "uid", 1)]
    headers = sign(secrets, "msg", NOW, b'{"a":1}')
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg", str(int(NOW.timestamp())))
    signatures = headers["webhook-signature"].split(" ")
    for secret, signature in zip(secrets, signatures, strict=True):
        told = f"msg.{int(NOW.timestamp())}.".encode() + b'{"a":1}'
        made = hmac.new(b64decode(secret.removeprefix("whsec_")), told, sha256).digest()
        assert signature == f"v1,{b64encode(made).decode()}"


def test_the_signature_is_the_one_of_the_specifications_own_example():
    headers = sign(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_only_an_answer_of_2xx_takes_a_message():
    assert [one for one in (0, 199, 200, 204, 299, 301, 410, 500) if is_delivered(one)] == [200, 204, 299]


def test_an_address_is_given_up_after_days_of_failures_or_once_it_says_that_it_is_gone():
    days = timedelta(days=1)
    assert not is_given_up(None, NOW, days=5)
    assert not is_given_up(NOW - 5 * days + timedelta(seconds=1), NOW, days=5, status=500)
    assert is_given_up(NOW - 5 * days, NOW, days=5, status=500)
    assert is_given_up(NOW, NOW, days=5, status=410)
    assert not is_given_up(NOW, NOW, days=0), "never at the first failure"


def test_from_removed_there_is_no_way_back():
    removed = WebhookStatus.REMOVED
    assert not any(may_become(removed, one) for one in WebhookStatus)
    assert all(may_become(one, removed) for one in set(WebhookStatus) - {removed})
    assert not may_become(WebhookStatus.ACTIVE, WebhookStatus.ACTIVE)
    assert not may_become(WebhookStatus.PAUSED, WebhookStatus.DISABLED)
