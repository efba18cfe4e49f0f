"""The audit log searched: by words, people, kinds, days and numbers, together, however long it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotAllowed
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.plans import PlanNode
from tracker.queries import audit
from tracker.queries.audit import AuditFilter, list_events, stream_events
from tracker.services.audit import EventTag, record
from tracker.services.versions import record_nodes

ZONE = "America/Guatemala"


@pytest.fixture
def auditor(app_context):
    return actor_of(make_user(AccountRole.AUDITOR, name="Úrsula Auditora"))


def note(content, *, actor=SYSTEM, now=NOW, subject="d1"):
    with transaction():
        return record(actor, EventTag.DOUBT_RESOLVED, "doubt", subject, content, now=now)


def found(auditor, **chosen):
    db.session.rollback()
    return [one.seq for one in list_events(auditor, AuditFilter(**chosen), limit=200)]


class TestSearch:
    @pytest.mark.parametrize(
        "words", ["Reunión con la SEGEPLAN", "reunion con la segeplan", "REUNIÓN", "ñandú", "Nandu", "50 %"]
    )
    def test_finds_words_of_a_payload_without_regard_to_accents_and_case(self, auditor, words):
        seq = note({"text": "Reunión con la SEGEPLAN sobre el ñandú, 50 % listo"})
        note({"text": "Otra cosa"})
        assert found(auditor, text=words) == [seq]

    def test_finds_words_across_lines_and_quotes(self, auditor):
        seq = note({"text": 'dijo "sí"\nal final'})
        assert found(auditor, text='"sí" al final') == [seq]

    @pytest.mark.parametrize("words", ["sesion%", "100_", "rosan", "\\"])
    def test_takes_signs_as_they_are_and_no_other_letters(self, auditor, words):
        note({"text": "sesión, 1000, reson"})
        assert found(auditor, text=words) == []

    def test_goes_on_past_what_only_looks_alike(self, auditor, monkeypatch):
        monkeypatch.setattr(audit, "BATCH", 2)
        seqs = [note({"text": "sesan" if number % 3 else "sesión"}) for number in range(7)]
        assert found(auditor, text="sesión") == [seqs[6], seqs[3], seqs[0]]

    def test_finds_who_acted_by_part_of_a_name_an_address_or_the_system(self, auditor):
        person = actor_of(make_user(AccountRole.CONTACT_POINT, name="José Ñúñez", email="jn@gob.example"))
        seq, other = note({}, actor=person), note({})
        for who in ("nunez", "JOSÉ", "jn@gob", person.uid):
            assert found(auditor, who=who) == [seq]
        assert other in found(auditor, who="el sistema")
        assert found(auditor, who="nadie") == []
        assert seq in found(auditor, text="ñuñez")

    def test_days_are_civil_ones_with_both_ends_within(self, auditor):
        late_evening = NOW.replace(month=5, day=2, hour=4)  # still the first of May in Guatemala
        seq = note({}, now=late_evening)
        first = date(2026, 5, 1)
        assert found(auditor, since=first, until=first, zone=ZONE) == [seq]
        assert found(auditor, since=date(2026, 5, 2), until=date(2026, 5, 2), zone=ZONE) == []

    def test_numbers_kinds_and_subjects_narrow_together(self, auditor):
        seqs = [note({"n": number}, subject=f"d{number % 2}") for number in range(6)]
        assert found(auditor, first=seqs[1], last=seqs[4]) == seqs[4:0:-1]
        assert found(auditor, first=seqs[1], last=seqs[4], subject="d0") == [seqs[4], seqs[2]]
        assert found(auditor, first=seqs[1], kind="doubt", tag="doubt:resolved", text='"n":3') == [seqs[3]]
        assert found(auditor, first=seqs[1], kind="report") == []

    @pytest.mark.parametrize("role", [one for one in AccountRole if one is not AccountRole.AUDITOR])
    def test_is_for_who_may_read_it(self, app_context, role):
        person = actor_of(make_user(role, institution="INFOM"))
        for read in (list_events, stream_events):
            with pytest.raises(NotAllowed):
                read(person, AuditFilter())


class TestWhatIsTold:
    def test_a_version_tells_what_it_says_otherwise_than_the_one_before(self, auditor):
        scene = make_scene()
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            node.title = "Otro título"
            record_nodes(SYSTEM, [node], effective_on=TODAY, now=NOW)
        db.session.rollback()
        second, first = list_events(auditor, AuditFilter(subject=scene.activity.uid))
        assert [(c.field, c.before, c.after) for c in second.changes] == [
            ("title", scene.activity.title, "Otro título")
        ]
        assert (first.is_first, first.changes, second.is_first) == (True, (), False)
        assert second.names[scene.activity.uid] == f"{scene.activity.label} Otro título"

    def test_identifiers_are_named(self, auditor):
        scene = make_scene()
        report = scene.submitted(percent=40)
        db.session.rollback()
        (row,) = list_events(auditor, AuditFilter(tag="report:submitted"))
        told = {row.names[row.content[key]] for key in ("node", "institution")}
        assert told == {f"{scene.activity.label} {scene.activity.title}", "INFOM"}
        assert row.names[report] == f"{scene.activity.label}, INFOM"


def test_the_log_streams_in_its_order_whatever_its_length(auditor, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 3)
    for number in range(10):
        note({"n": number}, now=NOW + timedelta(minutes=number))
    db.session.rollback()
    seqs = [one.seq for one in stream_events(auditor, AuditFilter())]
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= 10


def test_a_page_takes_as_many_queries_for_sixty_events_as_for_twenty(auditor, query_counter):
    scene = make_scene()
    counts = []
    for percent in (1, 2):
        for step in range(percent * 4):
            scene.validated(percent=step)
        db.session.rollback()
        with query_counter() as queries:
            list_events(auditor, AuditFilter(), limit=percent * 20)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7
