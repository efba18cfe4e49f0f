"""What may be said of a public page, under which address, and until when it is replied to."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.observations import (
    MAX_REPLY,
    MAX_TEXT,
    ObservationStatus,
    SubjectKind,
    SubjectRef,
    check_followed,
    check_moderation,
    check_name,
    check_reply,
    check_replying,
    check_text,
    is_reply_overdue,
    reply_due,
    subject_ref,
)

UID = "a" * 22


@pytest.mark.parametrize("kind", SubjectKind)
def test_every_kind_of_thing_has_an_address_that_leads_back_to_it(kind):
    uid = {SubjectKind.INSTITUTION: f"{UID}.{UID}", SubjectKind.PAGE: "informes"}.get(kind, UID)
    ref = SubjectRef(kind, uid)
    assert subject_ref(ref.address) == ref


@pytest.mark.parametrize(
    "address",
    [
        "",
        "plan",
        "plan:",
        f"nada:{UID}",
        f"plan:{UID}x",
        f"plan:{UID}.{UID}",
        f"institucion:{UID}",
        "pagina:otra",
        "plan:../x",
        "plan:á",
        f"plan:{UID}\n",
        f"plan:{UID}:x",
    ],
)
def test_what_is_no_address_of_a_thing_names_nothing(address):
    with pytest.raises(NotFound):
        subject_ref(address)


def test_a_text_is_kept_as_it_was_written_with_plain_line_ends():
    assert check_text("  Dos renglones:\r\n\tel segundo.  ") == "Dos renglones:\n\tel segundo."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "observation-too-short"),
        (" muy corto", "observation-too-short"),
        ("x" * (MAX_TEXT + 1), "observation-too-long"),
        ("http://a.gt https://b.gt www.c.gt", "observation-too-many-links"),
        ("una línea\0 con nada dentro", "text-not-readable"),
        ("una línea con \x1b[31m colores", "text-not-readable"),
        ("lo que sigue \u202eal revés", "text-not-readable"),
    ],
)
def test_a_text_that_cannot_be_published_is_refused_beside_its_field(text, code):
    with pytest.raises(DomainError) as refused:
        check_text(text)
    assert (refused.value.code, refused.value.field) == (code, "text")


def test_two_links_are_enough_and_the_longest_text_is_taken():
    assert check_text("Véase http://a.gt y https://b.gt")
    assert check_text("x" * MAX_TEXT)


@pytest.mark.parametrize("name", ["Ana\nBcc: todos@example.org", "Ana\r", "www.compre.example", "x" * 81])
def test_a_name_is_one_short_line_without_links(name):
    with pytest.raises(DomainError) as refused:
        check_name(name + "z")
    assert refused.value.field == "name"


def test_no_name_is_wanted():
    assert (check_name("  "), check_name(" Ana Lucía ")) == ("", "Ana Lucía")


def test_a_reply_gives_reasons():
    assert check_reply(" Se corrigió. ") == "Se corrigió."
    for text, code in (
        (" ", "observation-reply-required"),
        ("x" * (MAX_REPLY + 1), "observation-too-long"),
    ):
        with pytest.raises(DomainError) as refused:
            check_reply(text, "draft")
        assert (refused.value.code, refused.value.field) == (code, "draft")


def test_the_days_for_a_reply_count_from_the_confirmation():
    assert reply_due(date(2026, 6, 15), 30) == date(2026, 7, 15)


@pytest.mark.parametrize(
    ("status", "replied_on", "today", "overdue"),
    [
        (ObservationStatus.PUBLISHED, None, date(2026, 7, 15), False),
        (ObservationStatus.PUBLISHED, None, date(2026, 7, 16), True),
        (ObservationStatus.WAITING, None, date(2026, 7, 16), True),
        (ObservationStatus.REJECTED, None, date(2026, 7, 16), False),
        (ObservationStatus.UNCONFIRMED, None, date(2026, 7, 16), False),
        (ObservationStatus.PUBLISHED, date(2026, 8, 1), date(2026, 8, 2), False),
    ],
)
def test_a_reply_is_overdue_from_the_day_after_its_last_one(status, replied_on, today, overdue):
    assert is_reply_overdue(status, date(2026, 7, 15), replied_on, today) is overdue


def test_without_a_last_day_nothing_is_overdue():
    assert not is_reply_overdue(ObservationStatus.WAITING, None, None, date(2026, 7, 16))


@pytest.mark.parametrize("status", ObservationStatus)
def test_only_what_waits_is_moderated(status):
    if status is ObservationStatus.WAITING:
        check_moderation(status)
    else:
        with pytest.raises(Conflict):
            check_moderation(status)


@pytest.mark.parametrize("status", ObservationStatus)
def test_only_what_is_published_is_replied_to_and_once(status):
    if status is ObservationStatus.PUBLISHED:
        check_replying(status, is_replied=False)
    else:
        with pytest.raises(Conflict):
            check_replying(status, is_replied=False)
    with pytest.raises(Conflict):
        check_replying(status, is_replied=True)


@pytest.mark.parametrize("kind", SubjectKind)
def test_plans_commitments_and_institutions_are_followed(kind):
    if kind in {SubjectKind.PLAN, SubjectKind.COMMITMENT, SubjectKind.INSTITUTION}:
        check_followed(kind)
    else:
        with pytest.raises(NotFound):
            check_followed(kind)
