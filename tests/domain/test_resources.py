"""Resources of a commitment: money planned against spent by who provides it, each entry with its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tracker.domain.resources import (
    ProviderLine,
    ResourceEntry,
    ResourceKind,
    ResourceSide,
    amounts_of_plan,
    by_provider,
    entry_lines,
    money_lines,
    resource_errors,
    together,
)

TODAY = date(2026, 6, 1)
SPENT = ResourceEntry(
    "u1", "c1", ResourceKind.FINANCIAL, ResourceSide.SPENT, "", "INFOM", 25_000, date(2026, 5, 1), "CUR 15"
)


def test_money_is_told_by_provider_however_its_name_is_written():
    planned = replace(SPENT, side=ResourceSide.PLANNED, provider="Cooperación", centavos=9)
    gone = replace(SPENT, is_withdrawn=True)
    people = replace(SPENT, kind=ResourceKind.HUMAN, centavos=None, provider="SCEP", what="2 técnicos")
    lines = by_provider((("infom", 100_000),), [SPENT, replace(SPENT, centavos=5_000), planned, gone, people])
    assert lines == (ProviderLine("infom", 100_000, 30_000), ProviderLine("Cooperación", 9, None))
    assert [one.percent for one in lines] == [Decimal("30.00"), None]
    assert together(lines) == ProviderLine("", 100_009, 30_000)
    assert together(()) == ProviderLine("", None, None)


def test_a_report_keeps_both_sums_and_every_entry():
    people = replace(SPENT, uid="u2", kind=ResourceKind.HUMAN, centavos=None, what="2 técnicos", by="INFOM")
    assert money_lines((("infom", 9),), [SPENT, people]) == "9|25000|infom"
    assert entry_lines([people, SPENT, replace(SPENT, is_withdrawn=True)]) == (
        "financial|spent|25000|2026-05-01||INFOM; CUR 15\n"
        "human|spent||2026-05-01|INFOM|2 técnicos; INFOM; CUR 15"
    )
    assert (money_lines((), []), entry_lines([])) == ("", "")


def test_the_amounts_of_the_plan_are_read_as_its_versions_keep_them():
    assert amounts_of_plan("150000050|Cooperación\n20000000|\nnada|x") == (
        ("Cooperación", 150_000_050),
        ("", 20_000_000),
    )
    assert amounts_of_plan("") == ()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, []),
        ({"provider": " "}, ["provider"]),
        ({"centavos": None}, ["amount"]),
        ({"centavos": 0}, ["amount"]),
        ({"centavos": 10**16}, ["amount"]),
        ({"on": None}, ["on"]),
        ({"on": date(2026, 6, 2)}, ["on"]),
        ({"on": date(2026, 6, 2), "side": ResourceSide.PLANNED}, []),
        ({"source": ""}, ["source"]),
        ({"source": "x" * 1001}, ["source"]),
        ({"kind": ResourceKind.HUMAN, "centavos": None}, ["what"]),
        ({"kind": ResourceKind.TECHNICAL, "centavos": None, "what": "Servidor"}, []),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(given, fields):
    assert [one.field for one in resource_errors(replace(SPENT, **given), TODAY)] == fields
