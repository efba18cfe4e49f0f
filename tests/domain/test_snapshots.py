"""Rule 8: an item's facts as JSON and back, without loss."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.factories.facts import (
    INFOM,
    SCEP,
    activity,
    day,
    days,
    lead,
    means,
    month,
    months,
    product,
    publication_monthly,
    rescheduled,
    roles,
    schedule,
)
from tracker.domain.facts import NodeFacts, ProductFact, RoleFact, VariantFact
from tracker.domain.plans import Role
from tracker.domain.schedule import Schedule
from tracker.domain.snapshots import canonical, day_text, node_content, node_from, parse_day

FULL = activity(
    weight=Fraction(1, 3),
    position=4,
    schedule=rescheduled(
        schedule(months(2019, 1, 2019, 3), days(None, "2020-06-30")), "2019-04-20", month(2019, 6)
    ),
    roles=(
        RoleFact(INFOM, Role.LEAD, "Instituto de Fomento Municipal -INFOM-"),
        *roles(Role.COORDINATOR, SCEP),
    ),
    products=(product(8), product(), ProductFact("p2", "Guía", planned=Decimal("2.5"))),
    means=means("e1", "e2"),
    withdrawn_on=day("2020-05-01"),
    texts={"description": "Año de la cigüeña"},
    variants=(
        VariantFact(
            "end", "plantilla", "7-11-2018", is_draft=True, value="2019-12-31", institutions=("INFOM",)
        ),
    ),
)


@pytest.mark.parametrize("item", [FULL, activity(schedule=publication_monthly()), activity(roles=lead())])
def test_an_item_comes_back_from_its_content_as_it_was(item: NodeFacts):
    read = node_from(json.loads(canonical(node_content(item))))
    assert read == item
    assert [(one.institution.name, one.institution.acronym) for one in read.roles] == [
        (one.institution.name, one.institution.acronym) for one in item.roles
    ]


def test_one_content_has_one_text_in_whatever_order_it_was_built():
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'


@pytest.mark.parametrize("quantity", ["8", "8.0", "8.0000", "0.8E+1"])
def test_one_quantity_has_one_text_however_it_was_written(quantity):
    item = activity(products=(ProductFact("p1", "Portales", planned=Decimal(quantity)),))
    written = activity(products=(ProductFact("p1", "Portales", planned=Decimal(8)),))
    assert canonical(node_content(item)) == canonical(node_content(written))


@given(st.one_of(st.none(), st.dates()))
def test_a_day_comes_back_from_its_text(one: date | None):
    assert parse_day(day_text(one)) == one


def test_an_item_without_dates_comes_back_without_dates():
    assert node_from(node_content(activity())).schedule == Schedule()
