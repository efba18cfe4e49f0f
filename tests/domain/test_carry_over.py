"""What continues from an earlier plan, keys and mentions of items, and shares of a plan's period."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tracker.domain.carry_over import (
    ItemKey,
    Mention,
    check_carry_over,
    day_of_share,
    elapsed,
    mention,
    read_key,
)
from tracker.domain.errors import DomainError
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import days_late_by

START, END = date(2026, 1, 1), date(2026, 12, 31)


class TestKeys:
    @pytest.mark.parametrize("text", ["4:10", "4:10/7", "4:10/7.1", "5:3a/2"])
    def test_are_read_as_they_are_written(self, text):
        assert str(read_key(text)) == text

    def test_name_a_plan_a_commitment_and_what_is_within(self):
        assert read_key(" 4:10/7.1 ") == ItemKey(4, "10", "7.1")

    @pytest.mark.parametrize("text", ["", "10/7", "4:", "4:10/", "plan 4"])
    def test_that_name_nothing_are_refused(self, text):
        with pytest.raises(DomainError, match="item-key-not-understood"):
            read_key(text)


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("en seguimiento al resultado del Compromiso 14 del Tercer Plan 2016-2018", Mention(3, 14)),
            ("del compromiso número 8 del tercer PAN 2016-2018.", Mention(3, 8)),
            ("sigue al compromiso 2 del plan 4", Mention(4, 2)),
            ("el compromiso 14 del plan 2016-2018", None),
            ("los compromisos del tercer plan", None),
            ("compromiso 3 del gran plan", None),
            ("Publicación de datos", None),
        ],
    )
    def test_are_read_only_where_both_are_named(self, text, found):
        assert mention(text) == found


class TestCarryOver:
    def test_goes_from_an_earlier_plan_at_whatever_level(self):
        check_carry_over(NodeKind.MILESTONE, 5, NodeKind.COMMITMENT, 4)

    @pytest.mark.parametrize("earlier", [5, 6])
    def test_never_from_the_same_plan_or_a_later_one(self, earlier):
        with pytest.raises(DomainError, match="carry-over-not-earlier"):
            check_carry_over(NodeKind.MILESTONE, 5, NodeKind.MILESTONE, earlier)

    def test_never_of_an_axis(self):
        with pytest.raises(DomainError, match="carry-over-level"):
            check_carry_over(NodeKind.AXIS, 5, NodeKind.MILESTONE, 4)


class TestShares:
    def test_run_from_the_first_day_to_the_last(self):
        assert elapsed(START, END, date(2025, 12, 31)) == 0
        assert elapsed(START, END, START) == Fraction(1, 365)
        assert elapsed(START, END, END) == 1
        assert elapsed(START, END, date(2030, 1, 1)) == 1

    def test_are_not_told_of_a_period_that_is_not_known(self):
        assert elapsed(None, END, START) is None
        assert elapsed(START, None, START) is None
        assert elapsed(END, START, START) is None

    @pytest.mark.parametrize("day", [START, date(2026, 5, 3), END])
    def test_have_their_day(self, day):
        share = elapsed(START, END, day)
        assert share is not None
        assert day_of_share(START, END, share) == day

    def test_of_nothing_have_the_first_day(self):
        assert day_of_share(START, END, Fraction(0)) == START


class TestDaysLateOnAnEarlierDay:
    DUE, TODAY = date(2026, 1, 10), date(2026, 3, 1)

    @pytest.mark.parametrize(
        ("day", "days"), [(date(2026, 3, 1), 50), (date(2026, 1, 31), 21), (date(2026, 1, 5), 0)]
    )
    def test_are_those_that_had_passed(self, day, days):
        assert days_late_by(50, self.DUE, self.TODAY, day) == days

    def test_keep_what_was_late_before_it_was_moved(self):
        assert days_late_by(57, self.DUE, self.TODAY, date(2026, 1, 5)) == 7
