"""What columns hold: instants in UTC, exact quantities, words from a list, random names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from tests.support.factories.plans import NOW, make_plan
from tracker.db import db, transaction
from tracker.models.accounts import Institution
from tracker.models.plans import PlanNode, Product
from tracker.models.types import UID_LENGTH, new_uid


def institution(**more):
    with transaction():
        row = Institution(**{"name": "Uno", "slug": new_uid(), "created_at": NOW, **more})
        db.session.add(row)
        db.session.flush()
        return row.id


def read(identity):
    db.session.expire_all()
    return db.session.get(Institution, identity)


@pytest.mark.parametrize(
    "instant",
    [
        NOW,
        NOW.replace(microsecond=123456),
        datetime(2026, 6, 15, 23, 30, tzinfo=timezone(timedelta(hours=-6))),
        datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_as_the_same_one_in_utc(app_context, instant):
    found = read(institution(created_at=instant)).created_at
    assert (found, found.utcoffset()) == (instant, timedelta(0))


def test_an_instant_without_a_zone_is_refused(app_context):
    with pytest.raises(StatementError, match="naive-instant"):
        institution(created_at=NOW.replace(tzinfo=None))


class TestAQuantity:
    @pytest.fixture
    def made(self, app_context):
        return make_plan()

    def keep(self, made, planned):
        with transaction():
            row = Product(commitment_id=made.commitments[0].id, text="x", planned=planned, quote="x")
            db.session.add(row)
            db.session.flush()
            identity = row.id
        db.session.expire_all()
        return db.session.get(Product, identity).planned

    @pytest.mark.parametrize("planned", ["1", "0.0001", "31", "12345678.9999", "999999999999"])
    def test_comes_back_exactly(self, made, planned):
        assert self.keep(made, Decimal(planned)) == Decimal(planned)

    def test_with_more_decimals_is_refused_rather_than_rounded(self, made):
        with pytest.raises(StatementError, match="too-many-decimals"):
            self.keep(made, Decimal("0.00001"))

    def test_may_be_unset(self, made):
        assert self.keep(made, None) is None


def test_a_word_from_no_list_is_refused_by_the_program(app_context):
    with pytest.raises(StatementError):
        institution(sector="unheard-of")


def test_a_word_from_no_list_is_refused_by_the_database(app_context):
    institution()
    db.session.remove()
    with pytest.raises(IntegrityError, match="sector"), db.engine.begin() as connection:
        connection.execute(text("UPDATE institutions SET sector = 'unheard-of'"))


def test_public_names_are_random_and_safe_in_an_address():
    names = {new_uid() for _ in range(200)}
    assert len(names) == 200
    assert {len(one) for one in names} == {UID_LENGTH}
    assert all(one.replace("-", "").replace("_", "").isalnum() for one in names)


def test_every_item_has_a_public_name_of_its_own(app_context):
    made = make_plan(milestones=2)
    uids = db.session.scalars(select(PlanNode.uid)).all()
    assert len(uids) == len(set(uids)) == 2 + 2 + 4
    assert made.uid in uids
