"""The first broken link is named with what was expected and found; an anchor kept elsewhere."""

from __future__ import annotations

import hashlib
import json

import pytest
from sqlalchemy import select, text

from tests.support.factories.plans import NOW
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import SYSTEM
from tracker.models.audit import AuditEvent
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services.audit import GENESIS, EventTag, event_hash, record
from tracker.services.verification import verify
from tracker.services.verified_chain import Anchor, first_break, head, parse_anchor


@pytest.fixture
def chained(app_context):
    """A chain of six events about nothing that a row would have to bear out."""
    for number in range(6):
        with transaction():
            record(SYSTEM, EventTag.ACCOUNT_SIGNED_IN, "user", f"u{number}", {"n": number}, now=NOW)
    return app_context


def tamper(*statements, **values):
    db.session.remove()
    with db.engine.begin() as connection:
        drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement), values)
        install_triggers(connection)


def found(*kept):
    db.session.rollback()
    return verify(evidence_url="file:///nowhere", reports_folder="/nowhere", kept=kept)


def event(seq):
    db.session.rollback()
    return db.session.get(AuditEvent, seq)


def rewrite(first):
    """What somebody with the database's password would do: every hash from a link on reckoned again."""
    db.session.remove()
    with transaction():
        drop_triggers(db.session.connection())
        previous = db.session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == first - 1)) or GENESIS
        later = select(AuditEvent).where(AuditEvent.seq >= first).order_by(AuditEvent.seq)
        for one in db.session.scalars(later):
            one.previous_hash = previous
            one.hash = previous = event_hash(one)
        db.session.flush()
        install_triggers(db.session.connection())


class TestTheFirstBrokenLink:
    def test_is_none_where_all_hold(self, chained):
        assert found() == []
        assert first_break([]) is None

    def test_is_the_one_whose_words_were_changed(self, chained):
        kept = event(3).hash
        tamper("UPDATE audit_events SET actor_uid = 'otro' WHERE seq = 3")
        broken = first_break(found())
        assert (broken.seq, broken.kind, broken.detail) == (3, "chain-broken", "hash")
        assert (broken.expected, broken.found) == (event_hash(event(3)), kept)

    def test_is_the_one_that_names_another_before_it(self, chained):
        tamper("UPDATE audit_events SET previous_hash = hash WHERE seq = 4")
        broken = first_break(found())
        assert (broken.seq, broken.detail, broken.expected) == (4, "previous_hash", event(3).hash)
        assert broken.found == event(4).previous_hash

    def test_is_the_number_that_is_missing(self, chained):
        tamper("DELETE FROM audit_payloads WHERE seq = 2", "DELETE FROM audit_events WHERE seq = 2")
        broken = first_break(found())
        assert (broken.seq, broken.kind, broken.expected, broken.found) == (2, "chain-gap", "2", "3")

    def test_is_the_payload_that_is_another(self, chained):
        tamper("UPDATE audit_payloads SET content = '{}' WHERE seq IN (5, 4)")
        broken = first_break(found())
        assert (broken.seq, broken.kind) == (4, "payload-changed")
        assert broken.expected == event(4).payload_hash


class TestAnAnchor:
    def test_is_the_last_link_and_is_read_back_as_it_was_written(self, chained):
        last = head()
        assert (last.seq, last.hash) == (6, event(6).hash)
        assert parse_anchor(f" {last} ") == Anchor(6, last.hash)

    def test_of_an_empty_chain_is_where_it_starts(self, app_context):
        assert str(head()) == f"0:{GENESIS}"
        assert found(parse_anchor(f"0:{GENESIS}")) == []

    def test_that_is_none_is_refused(self):
        for wrong in ("", "6", "6:abc", f"x:{GENESIS}", f"{GENESIS}"):
            with pytest.raises(DomainError, match="anchor-not-valid"):
                parse_anchor(wrong)

    def test_holds_however_much_is_recorded_after_it(self, chained):
        kept = parse_anchor(str(head()))
        with transaction():
            record(SYSTEM, EventTag.ACCOUNT_SIGNED_OUT, "user", "u", {}, now=NOW)
        assert found(kept) == []

    def test_sees_an_end_that_was_cut_off(self, chained):
        kept = parse_anchor(str(head()))
        tamper("DELETE FROM audit_payloads WHERE seq > 4", "DELETE FROM audit_events WHERE seq > 4")
        assert found() == []
        assert [(one.kind, one.subject) for one in found(kept)] == [("anchor-missing", "6")]

    def test_sees_a_chain_rewritten_whole(self, chained):
        kept = parse_anchor(str(head()))
        tamper("UPDATE audit_events SET actor_uid = 'otro' WHERE seq = 2")
        rewrite(2)
        assert found() == []
        (one,) = found(kept)
        assert (one.kind, one.expected, one.found) == ("anchor-changed", kept.hash, event(6).hash)


class TestTheCommand:
    def run(self, app, *arguments):
        db.session.remove()
        return app.test_cli_runner().invoke(args=["verify", *arguments])

    def test_prints_the_anchor_alone_on_standard_output(self, chained):
        expected = str(head())
        done = self.run(chained, "--anchor")
        assert (done.exit_code, done.stdout.strip()) == (0, expected)
        assert json.loads(self.run(chained, "--format", "json").stdout)["head"] == expected
        assert self.run(chained, "--expect", expected).exit_code == 0

    def test_names_the_first_broken_link_first_and_prints_no_anchor_then(self, chained):
        kept = str(head())
        tamper("UPDATE audit_events SET actor_uid = 'otro' WHERE seq = 3")
        done = self.run(chained, "--anchor")
        first = done.stdout.splitlines()[0]
        assert done.exit_code == 1
        assert "N.º 3" in first
        assert "eslabón alterado" in first
        assert kept not in done.stdout
        told = json.loads(self.run(chained, "--format", "json").stdout)
        assert (told["first_break"]["seq"], told["head"]) == (3, None)
        assert set(told["first_break"]) == {"kind", "subject", "detail", "expected", "found", "seq"}

    def test_fails_where_the_anchor_is_not_kept_and_refuses_what_is_none(self, chained):
        wrong = hashlib.sha256(b"x").hexdigest()
        done = self.run(chained, "--expect", f"6:{wrong}")
        assert done.exit_code == 1
        assert wrong in done.stdout
        assert self.run(chained, "--expect", "seis").exit_code == 2
