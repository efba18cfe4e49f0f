"""Every list of the work area takes the same number of queries for 10 activities and for 1,000."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, window
from tests.support.factories.reports import make_scene
from tracker.queries.panel import get_institution_panel
from tracker.queries.panel_plan import get_overview, get_review_panel
from tracker.queries.progress import ListFilter, list_activities, list_choices
from tracker.queries.reschedulings import list_reschedulings
from tracker.queries.reviews import list_queue

LATE = (window(TODAY - timedelta(days=100), TODAY - timedelta(days=9)),)


def activities(actor):
    list_activities(actor, ListFilter(state="overdue"), today=TODAY)
    list_choices(actor)


def counted(scene, auditor, query_counter):
    """How many queries each list takes, by its name."""
    lists = {
        "activities of an institution": lambda: activities(scene.liaison),
        "all activities": lambda: activities(scene.contact),
        "panel of an institution": lambda: get_institution_panel(scene.liaison, TODAY),
        "panel of the contact point": lambda: get_review_panel(scene.contact, TODAY),
        "overview": lambda: get_overview(auditor, TODAY),
        "queue": lambda: list_queue(scene.contact, today=TODAY),
        "reschedulings": lambda: list_reschedulings(scene.contact),
    }
    found = {}
    for name, read in lists.items():
        with query_counter() as queries:
            read()
        found[name] = len(queries)
    return found


@pytest.mark.usefixtures("app_context")
def test_lists_take_the_same_queries_for_10_and_100_activities(query_counter):
    auditor = actor_of(make_user("auditor"))
    small = make_scene(number=4, milestones=1, activities_per_milestone=10, windows=LATE)
    small.submitted(percent=40)
    few = counted(small, auditor, query_counter)
    large = make_scene(number=5, milestones=5, activities_per_milestone=20, windows=LATE)
    many = counted(large, auditor, query_counter)
    assert few == many
    assert max(many.values()) <= 9  # the contact point's panel: rounds, and what rests on reopened evidence
