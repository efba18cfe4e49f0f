"""A person's notices, their choices and the board in a real browser: axe, both widths, the dark."""

from __future__ import annotations

import pytest

from tests.support.browser import problems_of, sign_in
from tests.support.factories.plans import NOW
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.services.round_notices import tell_of_rounds
from tracker.services.rounds import open_rounds

pytestmark = pytest.mark.browser


@pytest.fixture
def work(app):
    work = make_work(app, activities_per_milestone=2)
    with app.app_context(), transaction():
        open_rounds(SYSTEM, today=work.today, now=NOW)
        tell_of_rounds(work.made.id, today=work.today, now=clock.now())
    return work


@pytest.mark.parametrize(
    ("who", "path"),
    [("liaison", "/avisos"), ("liaison", "/cuenta/avisos"), ("contact", "/revision/rondas")],
)
def test_the_pages_are_right_in_both_widths_and_in_the_dark(work, live_server, browser_page, who, path):
    sign_in(browser_page, work.app, live_server, work.people[who].email)
    browser_page.goto(live_server + path)
    assert problems_of(browser_page, dark=True) == []


def test_what_a_field_means_is_read_beside_it(work, live_server, browser_page):
    sign_in(browser_page, work.app, live_server, work.people["liaison"].email)
    browser_page.goto(live_server + "/cuenta/avisos")
    assert browser_page.is_visible("#digest-hint")
