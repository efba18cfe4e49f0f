"""The chain: no gaps whoever writes at once, nothing changed or deleted, payloads erased in the open."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import make_answered_comment
from tests.support.factories.plans import NOW, TODAY, make_plan
from tests.support.factories.reports import make_scene, nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.ogp_clock import Duty
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.models.triggers import APPEND_ONLY
from tracker.queries.history import last_sequence, sequence_at
from tracker.services import ogp_clock
from tracker.services.audit import GENESIS, EventTag, erase_payload, event_hash, record, salted_hash
from tracker.services.verification import verify


def write(subject="s", content=None, now=NOW):
    with transaction():
        return record(SYSTEM, EventTag.DOUBT_RESOLVED, "doubt", subject, content or {"a": 1}, now=now)


def events():
    db.session.rollback()
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()


def broken():
    """What `verify` says of the chain."""
    db.session.rollback()
    found = verify(evidence_url="file:///nowhere", reports_folder="/nowhere")
    return [one for one in found if one.kind.startswith(("chain", "payload"))]


class TestTheChain:
    def test_starts_at_one_and_goes_on_by_one(self, app_context):
        assert [write(), write(), write()] == [1, 2, 3]
        assert (last_sequence(), sequence_at(NOW)) == (3, 3)

    def test_is_empty_at_first(self, app_context):
        assert (last_sequence(), sequence_at(NOW)) == (0, 0)

    def test_links_each_event_to_the_one_before(self, app_context):
        write()
        write()
        first, second = events()
        assert (first.previous_hash, second.previous_hash) == (GENESIS, first.hash)
        assert [one.hash for one in (first, second)] == [event_hash(first), event_hash(second)]

    def test_covers_the_payload_with_a_salt_of_its_own(self, app_context):
        write(content={"narrative": "ñ", "z": [1, 2]})
        write(content={"narrative": "ñ", "z": [1, 2]})
        one, other = db.session.scalars(select(AuditPayload).order_by(AuditPayload.seq))
        assert one.content == other.content == '{"narrative":"ñ","z":[1,2]}'
        assert one.salt != other.salt
        assert [e.payload_hash for e in events()] == [salted_hash(p.salt, p.content) for p in (one, other)]

    def test_takes_back_the_number_of_a_transaction_that_failed(self, app_context):
        write()

        def failing():
            with transaction():
                record(SYSTEM, EventTag.DOUBT_RESOLVED, "doubt", "x", {}, now=NOW)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            failing()
        assert write() == 2
        assert broken() == []

    def test_holds_for_instants_of_another_zone(self, app_context):
        write(now=datetime(2026, 6, 15, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-6))))
        assert events()[0].at == NOW.replace(microsecond=123456)
        assert broken() == []

    def test_refuses_an_instant_without_a_zone(self, app_context):
        with pytest.raises(Exception, match="naive-instant"), transaction():
            db.session.execute(select(AuditEvent).where(AuditEvent.at == NOW.replace(tzinfo=None)))

    def test_resolves_an_instant_to_what_was_recorded_by_then(self, app_context):
        for minutes in (0, 10, 20):
            write(now=NOW + timedelta(minutes=minutes))
        told = [sequence_at(NOW + timedelta(minutes=m)) for m in (-1, 0, 9, 10, 500)]
        assert told == [0, 1, 1, 2, 3]


class TestNothingRecorded:
    """The database refuses, whatever way is taken around the services."""

    @pytest.fixture
    def full(self, app_context):
        scene = make_scene()
        scene.validated()
        make_answered_comment()
        met = ogp_clock.Happening(Duty.FORUM, TODAY, "Reunión ordinaria", "")
        with transaction():
            ogp_clock.record_happening(scene.contact, met, now=scene.clock.next(), today=TODAY)
        return scene

    @pytest.mark.parametrize(("table", "verb"), [(t, v) for t, verbs in APPEND_ONLY.items() for v in verbs])
    def test_is_changed_or_deleted(self, full, table, verb):
        column = {"audit_payloads": "salt", "fact_versions": "content"}.get(table, "actor_uid")
        statement = f"UPDATE {table} SET {column} = 'x'" if verb == "UPDATE" else f"DELETE FROM {table}"  # noqa: S608 - own names
        db.session.remove()
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(statement))

    @pytest.mark.postgres
    @pytest.mark.parametrize("table", APPEND_ONLY)
    def test_is_truncated(self, full, table):
        db.session.remove()
        with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {table} CASCADE"))

    @pytest.mark.parametrize("table", APPEND_ONLY)
    def test_is_replaced_by_another_row(self, full, table):
        db.session.remove()
        with db.engine.begin() as connection:
            columns = [one.name for one in db.metadata.tables[table].columns]
            if connection.dialect.name == "postgresql":
                key = columns[0]
                replacing = (
                    f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = 1"  # noqa: S608 - own names
                )
            else:
                replacing = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"  # noqa: S608 - own names
            with pytest.raises(DatabaseError, match="append-only"):
                connection.execute(text(replacing))
            connection.rollback()

    def test_loses_its_number_to_a_second_event(self, full):
        db.session.remove()
        with pytest.raises(DatabaseError), db.engine.begin() as connection:
            connection.execute(text("INSERT INTO audit_events SELECT * FROM audit_events WHERE seq = 1"))


class TestErasing:
    def test_a_payload_leaves_the_chain_whole_and_says_so(self, app_context):
        seq = write(content={"name": "Persona"})
        with transaction():
            erase_payload(SYSTEM, seq, reason=" Solicitud 12 ", now=NOW)
        assert broken() == []
        assert [one.seq for one in db.session.scalars(select(AuditPayload))] == [2]
        last = events()[-1]
        assert (last.tag, last.subject_uid) == ("payload:erased", str(seq))
        assert json.loads(db.session.get(AuditPayload, 2).content) == {"reason": "Solicitud 12"}

    def test_behind_the_chains_back_is_found(self, app_context):
        seq = write()
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_payloads WHERE seq = :seq"), {"seq": seq})
        assert [(one.kind, one.subject) for one in broken()] == [("payload-missing", str(seq))]

    def test_needs_a_reason_and_something_to_erase(self, app_context):
        seq = write()
        with pytest.raises(DomainError, match="reason-required"), transaction():
            erase_payload(SYSTEM, seq, reason=" ", now=NOW)
        with pytest.raises(NotFound), transaction():
            erase_payload(SYSTEM, 99, reason="Solicitud", now=NOW)

    @pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.ADMIN])
    def test_is_for_administrators_only(self, app_context, role):
        seq, person = write(), actor_of(make_user(role, institution="INFOM"))
        with pytest.raises(NotAllowed), nothing_written(), transaction():
            erase_payload(person, seq, reason="Solicitud", now=NOW)


def test_writers_at_once_leave_one_chain_without_gaps(app):
    """Eight threads, each with its own connection: they wait for each other at the door."""
    each, threads, errors = 6, 8, []
    barrier = threading.Barrier(threads)

    def work(name):
        try:
            with app.app_context():
                barrier.wait(timeout=30)
                for number in range(each):
                    write(f"{name}-{number}")
        except Exception as error:
            errors.append(error)

    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join(timeout=120)
    with app.app_context():
        assert errors == []
        assert [one.seq for one in events()] == list(range(1, each * threads + 1))
        assert broken() == []


def test_everything_a_plan_is_made_of_has_its_event(app_context):
    made = make_plan(axes=1)
    recorded = {(one.tag, one.subject_uid) for one in events()}
    items = [*made.axes, *made.commitments, *made.milestones, *made.activities]
    assert {("node:version", one.uid) for one in items} <= recorded
    assert ("institution:version", made.lead.uid) in recorded


def test_tags_say_subject_and_action_and_stand_in_order():
    tags = [tag.value for tag in EventTag]
    assert all(len(tag.split(":")) == 2 for tag in tags)
    assert tags == sorted(tags)
