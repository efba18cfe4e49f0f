"""The queue costs the same queries for 10 reports and for 70, and its page stays small."""

from __future__ import annotations

import gzip

import pytest

from tests.support.client import PageClient
from tests.support.factories.accounts import actor_of, sign_in
from tests.support.factories.waiting import make_waiting
from tracker import clock
from tracker.db import db
from tracker.queries.reviews import PAGE_SIZE, QueueFilter, list_queue, place_in_queue

FILTERS = (
    QueueFilter(),
    QueueFilter(view="late", finding="means_missing", order="institution"),
    QueueFilter(text="actividad", order="late"),
)


@pytest.fixture
def many(app):
    """Ten that wait, and a way to have many more of another plan besides."""
    today = clock.today()
    with app.app_context():
        few = make_waiting(10, number=4, today=today)
        return few, lambda count: make_waiting(count, number=5, today=today)


def costs(app, contact, client, uid, query_counter):
    found, today = [], clock.today()
    with app.app_context():
        actor = actor_of(contact, today)
        for chosen in FILTERS:
            for read in (list_queue, place_in_queue):
                given = (uid,) if read is place_in_queue else ()
                db.session.rollback()
                with query_counter() as queries:
                    read(actor, *given, chosen, today=today)
                found.append(len(queries))
    for endpoint, values in (("reviews.queue", {}), ("reviews.show", {"uid": uid}), ("reviews.batch", {})):
        if endpoint == "reviews.batch":
            values = {"informe": [uid]}
        client.get(endpoint, **values)
        with query_counter() as queries:
            page = client.get(endpoint, **values)
        found.append(len(queries))
        assert len(gzip.compress(page.data)) < 100_000
    return found


def test_ten_and_sixty_cost_the_same_queries(app, many, query_counter):
    few, make_more = many
    client = PageClient(app)
    sign_in(client, few.contact)
    first = costs(app, few.contact, client, few.uids[0], query_counter)
    with app.app_context():
        make_more(60)
    assert costs(app, few.contact, client, few.uids[0], query_counter) == first
    assert max(first) <= 45


def test_pages_hold_each_report_once_in_a_stable_order(app, many):
    few, make_more = many
    with app.app_context():
        more = make_more(70)
        actor, today = actor_of(few.contact, clock.today()), clock.today()
        for chosen in (QueueFilter(), QueueFilter(order="institution"), QueueFilter(order="review")):
            pages = [list_queue(actor, chosen, page=n, today=today) for n in range(1, 5)]
            seen = [row.uid for page in pages for row in page.rows]
            assert len(seen) == len(set(seen)) == 80
            assert set(seen) == {*few.uids, *more.uids}
            assert {len(page.rows) for page in pages[:-1]} == {PAGE_SIZE}
            place = place_in_queue(actor, seen[59], chosen, today=today)
            assert (place.position, place.total) == (60, 80)
            assert (place.previous, place.following) == (seen[58], seen[60])
