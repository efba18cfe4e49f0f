"""What differs between two versions of an item: field by field, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.support.factories import facts as f
from tracker.domain.changes import node_changes
from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency
from tracker.domain.snapshots import node_content

DUE = f.schedule(f.month(2020, 2))
ITEM = f.activity("a1", label="1.1", means=f.means("x"), schedule=DUE, roles=f.lead(f.INFOM))


def changed(after, before=ITEM):
    return {
        one.field: (one.before, one.after) for one in node_changes(node_content(before), node_content(after))
    }


def test_the_same_facts_differ_in_nothing():
    assert changed(ITEM) == {}


def test_plain_fields_are_told_with_both_values():
    after = replace(ITEM, title="Otro", weight=Fraction(2), withdrawn_on=date(2020, 1, 1))
    assert changed(after) == {
        "title": (ITEM.title, "Otro"),
        "weight": (1, 2),
        "withdrawn_on": (None, date(2020, 1, 1)),
    }


def test_dates_are_told_by_the_windows_in_force_once():
    assert set(changed(replace(ITEM, schedule=f.schedule(f.month(2020, 3))))) == {"windows"}
    moved = replace(ITEM, schedule=f.rescheduled(DUE, "2020-01-15", f.month(2020, 4)))
    assert set(changed(moved)) == {"windows"}
    corrected = replace(
        moved, schedule=f.rescheduled(f.schedule(f.month(2020, 1)), "2020-01-15", f.month(2020, 4))
    )
    assert set(changed(corrected, moved)) == {"baseline"}
    monthly = replace(ITEM, schedule=replace(DUE, frequency=Frequency.MONTHLY))
    assert changed(monthly) == {"frequency": (None, Frequency.MONTHLY)}


def test_parts_are_told_whole_and_lists_by_what_came_and_went():
    before, after = changed(replace(ITEM, roles=f.roles(Role.COORDINATOR, f.INFOM, f.SCEP)))["roles"]
    assert ([one.role for one in before], len(after)) == ([Role.LEAD], 2)
    gone, come = changed(replace(ITEM, means=f.means("y")))["means"]
    assert ([one.uid for one in gone], [one.uid for one in come]) == (["x"], ["y"])


def test_texts_of_the_template_stand_under_their_names():
    after = replace(ITEM, texts={"problem": "Falta agua"})
    assert changed(after) == {"problem": ("", "Falta agua")}
    assert changed(ITEM, after) == {"problem": ("Falta agua", "")}
