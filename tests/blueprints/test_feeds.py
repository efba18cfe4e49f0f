"""Feeds and calendars as their readers get them, read here by other libraries than those that write them."""

from __future__ import annotations

from datetime import date, datetime

import feedparser
import pytest

from tests.queries.test_portal_plans import withdraw
from tests.support.factories.plans import NOW
from tests.support.factories.stories import HIDDEN, NEXT_YEAR, make_story, move, unpublish
from tracker.queries.portal import feeds

MEDIA = {"feed": ("/feeds", ".atom"), "calendar": ("/calendario", ".ics")}


@pytest.fixture
def story(app):
    with app.app_context():
        return make_story()


def places(story):
    made = story.scene.made
    return (
        "/planes/4",
        f"/compromisos/{made.commitments[0].uid}",
        f"/actividades/{made.activity.uid}",
        f"/instituciones/4/{made.lead.slug}",
    )


def addresses(story, medium):
    before, after = MEDIA[medium]
    return [f"{before}{place}{after}" for place in places(story)]


def parsed(client, path):
    answer = client.http.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def events(client, path):
    """A calendar read line by line, as RFC 5545 writes it: folded at 75 octets, by CR and LF."""
    answer = client.http.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    lines = answer.data.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    unfolded = answer.data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (unfolded[0], unfolded[1], unfolded[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    found, current = [], None
    for line in unfolded:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            current = {}
        elif line == "END:VEVENT":
            found.append(current)
            current = None
        elif current is not None:
            assert name.split(";")[0] not in current, "a property is given once"
            current[name.split(";")[0]] = value
    return found


class TestFeeds:
    def test_every_feed_is_whole_in_both_languages(self, client, story):
        for path in addresses(story, "feed"):
            for prefix, language in (("", "es"), ("/en", "en")):
                found = parsed(client, prefix + path)
                assert found.feed.language == language
                assert found.feed.updated_parsed
                assert found.feed.author == "Gobierno de Guatemala"
                links = {one.rel: one.href for one in found.feed.links}
                assert links["self"].endswith(prefix + path)
                assert all(one.startswith("http://127.0.0.1:8000") for one in links.values())
                assert (
                    client.http.get(links["alternate"].removeprefix("http://127.0.0.1:8000")).status_code
                    == 200
                )
                for one in found.entries:
                    assert one.id.startswith("urn:uuid:")
                    assert one.title
                    assert one.updated_parsed
                    assert one.published_parsed
                    assert one.author

    def test_a_claim_is_told_at_once_and_said_to_be_unreviewed(self, client, story):
        found = parsed(client, "/feeds/planes/4.atom")
        (claim,) = [one for one in found.entries if "80" in one.title]
        assert claim.title == "1.2 Actividad 1.2: Informó: 80 % · Sin revisar"
        assert claim.author == "INFOM"
        english = parsed(client, "/en/feeds/planes/4.atom")
        assert any("80" in one.title and "Not reviewed" in one.title for one in english.entries)

    def test_words_are_told_once_validated_and_escaped(self, client, story):
        answer = client.http.get("/feeds/planes/4.atom").get_data(as_text=True)
        assert HIDDEN not in answer
        found = feedparser.parse(answer)
        (proven,) = [one for one in found.entries if one.tags[0].term == "validated"]
        assert "60" in proven.title
        assert proven.author == "Punto de contacto"
        told = [one.content[0].value for one in found.entries if one.tags[0].term == "submitted"]
        assert any("Se publicó el &lt;diagnóstico&gt; &amp; su anexo." in one for one in told)

    def test_ids_stay_whatever_comes_after_and_in_both_languages(self, app, client, story):
        before = {one.title: one.id for one in parsed(client, "/feeds/planes/4.atom").entries}
        with app.app_context():
            story.scene.validate(story.claimed)
        after = {one.id for one in parsed(client, "/feeds/planes/4.atom").entries}
        assert set(before.values()) < after
        assert after == {one.id for one in parsed(client, "/en/feeds/planes/4.atom").entries}

    def test_a_report_decided_on_since_is_updated(self, app, client, story):
        def claim():
            found = parsed(client, "/feeds/planes/4.atom").entries
            return next(one for one in found if "80" in one.title and one.tags[0].term == "submitted")

        before = claim()
        with app.app_context():
            story.scene.validate(story.claimed)
        after = claim()
        assert after.id == before.id
        assert after.published == before.published
        assert after.updated > before.updated
        assert "Comprobado" in after.title
        assert HIDDEN in after.content[0].value

    def test_pages_are_linked_as_rfc_5005_says(self, client, story, monkeypatch):
        monkeypatch.setattr(feeds, "PAGE_SIZE", 4)
        first = parsed(client, "/feeds/planes/4.atom")
        links = {one.rel: one.href.removeprefix("http://127.0.0.1:8000") for one in first.feed.links}
        assert (links["next"], "previous" in links) == ("/feeds/planes/4.atom?page=2", False)
        second = parsed(client, links["next"])
        links = {one.rel: one.href.removeprefix("http://127.0.0.1:8000") for one in second.feed.links}
        assert (links["previous"], links["first"]) == ("/feeds/planes/4.atom", "/feeds/planes/4.atom")
        assert not {one.id for one in first.entries} & {one.id for one in second.entries}
        assert client.http.get("/feeds/planes/4.atom?page=99").status_code == 404

    def test_where_nothing_happened_the_feed_is_empty_and_whole(self, app, client, story):
        uid = story.scene.made.milestones[0].uid
        assert client.http.get(f"/feeds/actividades/{uid}.atom").status_code == 404  # it delivers nothing
        found = parsed(client, "/feeds/instituciones/4/inap.atom")
        assert {one.tags[0].term for one in found.entries} == {"overdue-opened", "dates-approved"}

    def test_every_entry_leads_to_a_page_that_is_there(self, client, story):
        for one in parsed(client, "/feeds/planes/4.atom").entries:
            path = one.link.removeprefix("http://127.0.0.1:8000").partition("#")[0]
            assert client.http.get(path).status_code in {200, 302}, one.link


class TestCalendars:
    def test_every_due_date_is_a_whole_day(self, client, story):
        counted = {path: len(events(client, path)) for path in addresses(story, "calendar")}
        assert list(counted.values()) == [8, 4, 1, 8]
        (one,) = events(client, addresses(story, "calendar")[2])
        assert (one["DTSTART"], one["DTEND"]) == ("20260331", "20260401")
        assert (one["STATUS"], one["SEQUENCE"], one["TRANSP"]) == ("CONFIRMED", "0", "TRANSPARENT")
        assert one["URL"] == f"http://127.0.0.1:8000/actividades/{story.scene.activity.uid}"
        assert "60\N{NO-BREAK SPACE}%" in one["DESCRIPTION"]
        assert one["SUMMARY"] == "Vence 1.1 Actividad 1.1"
        (english,) = events(client, "/en" + addresses(story, "calendar")[2])
        assert english["SUMMARY"] == "Due: 1.1 Actividad 1.1"
        assert english["UID"] == one["UID"]

    def test_a_date_that_moves_is_the_same_event_one_step_further(self, app, client, story):
        node = story.scene.made.activities[1]
        path = f"/calendario/actividades/{node.uid}.ics"
        (before,) = events(client, path)
        with app.app_context():
            move(story.scene, node, [NEXT_YEAR])
        (after,) = events(client, path)
        assert (before["UID"], after["DTSTART"]) == (after["UID"], "20270331")
        assert (before["SEQUENCE"], after["SEQUENCE"]) == ("0", "1")
        assert after["DTSTAMP"] > before["DTSTAMP"]

    def test_what_is_withdrawn_is_cancelled(self, app, client, story):
        node = story.scene.made.activities[1]
        with app.app_context():
            withdraw(node)
        (one,) = events(client, f"/calendario/actividades/{node.uid}.ics")
        assert (one["STATUS"], one["SEQUENCE"]) == ("CANCELLED", "1")

    def test_the_same_data_give_the_same_bytes_and_the_stamp_of_the_last_change(self, client, story):
        first, second = (client.http.get("/calendario/planes/4.ics") for _ in range(2))
        assert first.data == second.data
        stamp = datetime.strptime(events(client, "/calendario/planes/4.ics")[0]["DTSTAMP"], "%Y%m%dT%H%M%S%z")
        assert stamp.date() == NOW.date() == date(2026, 6, 15)


@pytest.mark.parametrize("medium", MEDIA)
class TestBoth:
    def test_what_did_not_change_is_not_sent_again(self, client, story, medium):
        for path in addresses(story, medium):
            first = client.http.get(path)
            assert "public" in first.headers["Cache-Control"]
            again = client.http.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")

    def test_nothing_is_told_of_a_plan_that_is_not_published(self, app, client, story, medium):
        paths = addresses(story, medium)
        with app.app_context():
            unpublish(4)
        assert {client.http.get(path).status_code for path in paths} == {404}
