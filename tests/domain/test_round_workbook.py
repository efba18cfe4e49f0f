"""What a round's workbook says: touched or not, the same or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.round_workbook import (
    LineInputs,
    SheetLink,
    added_links,
    changed_fields,
    fingerprint,
    plain_text,
    removed_links,
)

LINK = SheetLink("https://a.gt/1", "Acta", date(2026, 6, 1), Access.PUBLIC, frozenset({"m1"}))
SAID = LineInputs(
    percent=Decimal(50), narrative="Hecho.", reported_on=date(2026, 6, 15), links=frozenset({LINK})
)


@pytest.mark.parametrize(
    "change",
    [
        {"percent": Decimal("50.01")}, {"percent": None}, {"narrative": "Otro."}, {"no_progress": True},
        {"obstacle_kind": ObstacleKind.FUNDS}, {"reported_on": date(2026, 6, 16)}, {"links": frozenset()},
        {"delivered": Decimal(0)}, {"links": frozenset({replace(LINK, means=frozenset())})},
    ],
)  # fmt: skip
def test_whatever_is_written_otherwise_is_a_change(change):
    after = replace(SAID, **change)
    assert changed_fields(SAID, after) == tuple(change)
    assert fingerprint(after) != fingerprint(SAID)


def test_a_number_with_more_zeros_is_the_same_number():
    after = replace(SAID, percent=Decimal("50.00"))
    assert fingerprint(after) == fingerprint(SAID)
    assert changed_fields(SAID, after) == ()


def test_a_day_left_empty_keeps_the_one_that_stood():
    assert changed_fields(SAID, replace(SAID, reported_on=None)) == ()
    assert changed_fields(replace(SAID, reported_on=None), SAID) == ("reported_on",)


def test_what_is_left_empty_of_a_link_keeps_what_stood():
    bare = SheetLink(LINK.url, means=LINK.means)
    assert changed_fields(SAID, replace(SAID, links=frozenset({bare}))) == ()
    assert changed_fields(replace(SAID, links=frozenset({bare})), SAID) == ("links",)


def test_links_added_and_removed_are_told_by_address_and_means():
    other = SheetLink("https://a.gt/2")
    before, after = frozenset({LINK}), frozenset({other, replace(LINK, access=Access.CONFIDENTIAL)})
    assert [one.url for one in added_links(before, after)] == ["https://a.gt/1", "https://a.gt/2"]
    assert removed_links(before, after) == (LINK,)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\r\nb", "a\nb"), ("a\rb", "a\nb"), (" a\x07\x00b ", "ab"), ("a\n\nb\tc", "a\n\nb\tc")],
)
def test_texts_are_kept_as_forms_and_cells_can_hold_them(text, kept):
    assert plain_text(text) == kept
