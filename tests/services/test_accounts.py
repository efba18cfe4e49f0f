"""Accounts: who gets one, passwords, the throttle, sessions, and institutions that change over time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import PASSWORD, actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, make_institution
from tests.support.factories.reports import nothing_written
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.accounts import Membership, SignInAttempt, User, UserSession
from tracker.models.audit import AuditEvent, AuditPayload
from tracker.queries import accounts as queries
from tracker.services import accounts
from tracker.services.accounts import FAILURES_PER_ACCOUNT, FAILURES_PER_ADDRESS, FAILURES_WINDOW

ADDRESS = "10.0.0.1"


def create(actor=SYSTEM, **more):
    given = {"email": "ana@example.test", "role": AccountRole.AUDITOR, "password": PASSWORD}
    with transaction():
        return accounts.create_user(actor, **{**given, **more}, now=NOW, today=TODAY).id


def enter(email, password=PASSWORD, *, address=ADDRESS, now=NOW):
    with transaction():
        user = accounts.authenticate(email=email, password=password, address=address, now=now)
        return user.id if user else None


@pytest.fixture
def ana(app_context):
    return make_user("auditor", email="ana@example.test")


class TestOpeningAnAccount:
    @pytest.mark.parametrize("role", list(AccountRole))
    def test_is_for_administrators_and_the_operator(self, app_context, role):
        actor = actor_of(make_user(role, institution="INFOM"))
        if role is AccountRole.ADMIN:
            assert create(actor)
        else:
            with pytest.raises(NotAllowed), nothing_written():
                create(actor)

    @pytest.mark.parametrize("role", [AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD])
    def test_of_an_institution_needs_one(self, app_context, role):
        with pytest.raises(DomainError, match="institution-required") as refused, nothing_written():
            create(role=role)
        assert refused.value.field == "institution"

    def test_with_an_unknown_institution_is_refused(self, app_context):
        known = make_institution("INFOM").uid
        with pytest.raises(DomainError, match="institution-unknown"), nothing_written():
            create(institution_uids=[known, "nothing"])

    def test_of_several_institutions_belongs_to_all(self, app_context):
        uids = [make_institution(one).uid for one in ("INFOM", "INAP")]
        user = db.session.get(User, create(role=AccountRole.LIAISON, institution_uids=uids))
        assert len(queries.actor_of(user, TODAY).institution_ids) == 2

    @pytest.mark.parametrize("taken", ["ana@example.test", "ANA@Example.TEST", "  ana@example.test "])
    def test_of_an_address_that_has_one_is_refused(self, ana, taken):
        with pytest.raises(DomainError, match="email-taken") as refused:
            create(email=taken)
        assert refused.value.field == "email"

    @pytest.mark.parametrize(
        "email", ["", "ana", "ana@", "@example.test", "a b@example.test", "ana@example..test"]
    )
    def test_of_no_address_is_refused(self, app_context, email):
        with pytest.raises(DomainError, match="email-not-valid"):
            create(email=email)

    @pytest.mark.parametrize("password", ["", "corta", "a" * 40, "abababababab", "once letras"])
    def test_with_a_weak_password_is_refused(self, app_context, password):
        with pytest.raises(DomainError, match="password-too-weak") as refused:
            create(password=password)
        assert (refused.value.field, refused.value.params) == ("password", {"minimum": 12})

    @pytest.mark.parametrize(
        "password", ["doce letras!", "ñandúes y colibríes", "p" * 60 + "asd", "1234 5678 90"]
    )
    def test_takes_any_other_password(self, app_context, password):
        assert enter(db.session.get(User, create(password=password)).email, password)

    def test_keeps_a_hash_and_records_no_person(self, app_context):
        user = db.session.get(User, create(name="Ana Pérez"))
        assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        (payload,) = db.session.scalars(select(AuditPayload.content))
        assert payload == '{"institutions":[],"role":"auditor"}'


class TestSigningIn:
    def test_takes_the_address_however_it_is_written(self, ana):
        for email in ("ana@example.test", "ANA@EXAMPLE.TEST", " Ana@example.test  "):
            assert enter(email) == ana.id

    @pytest.mark.parametrize("password", ["", "otra clave 27", PASSWORD.upper(), PASSWORD + " "])
    def test_with_another_password_fails_and_is_counted(self, ana, password):
        assert enter(ana.email, password) is None
        assert db.session.scalar(select(SignInAttempt.email)) == ana.email

    def test_of_a_closed_account_fails_though_the_password_is_right(self, ana):
        with transaction():
            db.session.get(User, ana.id).is_active = False
        assert enter(ana.email) is None

    def test_of_an_unknown_address_costs_the_same_work(self, ana, monkeypatch):
        checked = []
        usual = accounts._matches
        monkeypatch.setattr(
            accounts, "_matches", lambda stored, password: checked.append(stored) or usual(stored, password)
        )
        assert (enter("nobody@example.test"), enter(ana.email, "otra")) == (None, None)
        assert [one.split("$")[1] for one in checked] == ["argon2id", "argon2id"]
        assert checked[0] == accounts._UNKNOWN

    def test_with_a_broken_hash_fails_without_an_error(self, ana):
        with transaction():
            db.session.get(User, ana.id).password_hash = "nothing"
        assert enter(ana.email) is None

    def test_forgets_the_failures_before_it(self, ana):
        for _ in range(FAILURES_PER_ACCOUNT - 1):
            enter(ana.email, "otra")
        assert enter(ana.email) == ana.id
        assert db.session.scalars(select(SignInAttempt)).all() == []

    def test_of_a_very_long_address_fails_quietly(self, app_context):
        assert enter("a" * 5000 + "@example.test") is None


class TestTheThrottle:
    def fail(self, email, times, *, address=ADDRESS, now=NOW):
        with transaction():
            db.session.add_all(SignInAttempt(email=email, address=address, at=now) for _ in range(times))

    def test_of_an_account_stops_even_the_right_password(self, ana):
        self.fail(ana.email, FAILURES_PER_ACCOUNT)
        with pytest.raises(DomainError, match="too-many-attempts") as refused:
            enter(ana.email, address="10.9.9.9")
        assert refused.value.params == {"minutes": 15}

    def test_of_an_account_counts_the_real_failures(self, ana):
        for _ in range(FAILURES_PER_ACCOUNT):
            assert enter(ana.email.upper(), "otra") is None
        with pytest.raises(DomainError, match="too-many-attempts"):
            enter(ana.email)

    def test_of_an_address_stops_every_account(self, ana):
        for number in range(FAILURES_PER_ADDRESS):
            self.fail(f"x{number}@example.test", 1)
        with pytest.raises(DomainError, match="too-many-attempts"):
            enter(ana.email)
        assert enter(ana.email, address="10.9.9.9") == ana.id

    def test_of_an_unknown_account_is_the_same(self, app_context):
        self.fail("nobody@example.test", FAILURES_PER_ACCOUNT)
        with pytest.raises(DomainError, match="too-many-attempts"):
            enter("nobody@example.test", address="10.9.9.9")

    def test_lets_go_after_its_time(self, ana):
        self.fail(ana.email, FAILURES_PER_ACCOUNT)
        later = NOW + FAILURES_WINDOW
        with pytest.raises(DomainError):
            enter(ana.email, now=later)
        assert enter(ana.email, now=later + timedelta(seconds=1)) == ana.id

    def test_one_below_lets_in(self, ana):
        self.fail(ana.email, FAILURES_PER_ACCOUNT - 1)
        assert enter(ana.email) == ana.id


class TestASession:
    def open(self, person, hours=12):
        with transaction():
            return accounts.open_session(person.id, now=NOW, hours=hours, device="pruebas")

    def find(self, token, now=NOW, today=TODAY):
        db.session.rollback()
        return queries.get_session(token, now, today)

    def test_is_who_signed_in(self, ana):
        found = self.find(self.open(ana))
        assert (found.actor.uid, found.actor.role) == (ana.uid, AccountRole.AUDITOR)

    def test_is_kept_by_its_hash_alone(self, ana):
        token = self.open(ana)
        row = db.session.scalars(select(UserSession)).one()
        assert token not in (row.token_hash, row.device)
        assert len(token) >= 43
        assert self.find(row.token_hash) is None

    @pytest.mark.parametrize("token", ["", "x", "a" * 5000, "ñ"])
    def test_of_no_token_is_none(self, ana, token):
        self.open(ana)
        assert self.find(token) is None

    def test_ends_after_its_hours(self, ana):
        token = self.open(ana, hours=2)
        assert self.find(token, NOW + timedelta(hours=2, seconds=-1))
        assert self.find(token, NOW + timedelta(hours=2)) is None

    def test_ends_for_good_when_revoked(self, ana):
        token, other = self.open(ana), self.open(ana)
        with transaction():
            accounts.revoke_session(token, now=NOW)
            accounts.revoke_session(token, now=NOW + timedelta(hours=1))
        assert self.find(token) is None
        assert self.find(other)
        assert sorted(r.revoked_at is None for r in db.session.scalars(select(UserSession))) == [False, True]
        assert {r.revoked_at for r in db.session.scalars(select(UserSession))} == {None, NOW}

    def test_ends_with_its_account(self, ana):
        token = self.open(ana)
        with transaction():
            db.session.get(User, ana.id).is_active = False
        assert self.find(token) is None

    def test_takes_another_role_at_once(self, ana):
        token = self.open(ana)
        with transaction():
            db.session.get(User, ana.id).role = AccountRole.ADMIN
        assert self.find(token).actor.role is AccountRole.ADMIN

    def test_is_written_as_seen_every_five_minutes_at_most(self, ana):
        token = self.open(ana)
        seen = self.find(token).last_seen_at
        assert not accounts.session_is_stale(seen, NOW + timedelta(minutes=4, seconds=59))
        assert accounts.session_is_stale(seen, NOW + timedelta(minutes=5))
        with transaction():
            accounts.touch_session(token, NOW + timedelta(minutes=5))
        assert self.find(token).last_seen_at == NOW + timedelta(minutes=5)


class TestInstitutionsOverTime:
    @pytest.fixture
    def person(self, app_context):
        return make_user("liaison", institution="INFOM", today=TODAY)

    def end(self, person, day):
        with transaction():
            db.session.get(User, person.id).memberships[0].ends_on = day

    def on(self, person, day):
        db.session.rollback()
        return actor_of(person, day)

    def test_a_part_begins_on_its_day(self, person):
        assert self.on(person, TODAY - timedelta(days=1)).institution_ids == frozenset()
        assert self.on(person, TODAY).institution_ids == person.institution_ids

    def test_a_part_holds_through_its_last_day(self, person):
        self.end(person, TODAY + timedelta(days=10))
        assert self.on(person, TODAY + timedelta(days=10)).institution_ids == person.institution_ids
        after = self.on(person, TODAY + timedelta(days=11))
        assert (after.institution_ids, after.label) == (frozenset(), "")

    def test_who_follows_has_the_part_and_who_left_keeps_the_history(self, person):
        self.end(person, TODAY)
        next_one = make_user("liaison", institution="INFOM", today=TODAY + timedelta(days=1))
        day = TODAY + timedelta(days=1)
        assert self.on(person, day).institution_ids == frozenset()
        assert self.on(next_one, day).label == "INFOM"
        assert len(db.session.scalars(select(Membership)).all()) == 2

    def test_being_named_reviewer_is_no_part_in_the_institution(self, app_context):
        actor = actor_of(make_user("table_member", institution="CGC", reviews="INFOM"))
        infom = make_institution("INFOM").id
        assert (actor.reviewer_for, infom in actor.institution_ids) == (frozenset({infom}), False)
        assert actor.label == "CGC"


class TestManaging:
    """What an administrator does to somebody's account."""

    @pytest.fixture
    def admin(self, app_context):
        return actor_of(make_user("admin"))

    def do(self, verb, actor, person):
        with transaction():
            return getattr(accounts, verb)(actor, user_uid=person.uid, now=NOW)

    def open_sessions(self, person):
        db.session.rollback()
        rows = db.session.scalars(select(UserSession).where(UserSession.user_id == person.id))
        return sum(row.revoked_at is None for row in rows)

    def test_closing_ends_every_session_and_keeps_the_account(self, admin, ana):
        TestASession().open(ana)
        self.do("close_account", admin, ana)
        self.do("close_account", admin, ana)
        assert (self.open_sessions(ana), enter(ana.email)) == (0, None)
        self.do("reopen_account", admin, ana)
        self.do("reopen_account", admin, ana)
        assert (self.open_sessions(ana), enter(ana.email)) == (0, ana.id)
        assert recorded(ana) == ["account:created", "account:changed", "account:changed"]

    def test_a_new_password_ends_sessions_and_the_old_one(self, admin, ana):
        TestASession().open(ana)
        fresh = self.do("reset_password", admin, ana)
        assert (self.open_sessions(ana), enter(ana.email)) == (0, None)
        assert enter(ana.email, fresh) == ana.id
        assert fresh not in " ".join(db.session.scalars(select(AuditPayload.content)))

    @pytest.mark.parametrize("verb", ["close_account", "reopen_account", "reset_password"])
    def test_is_for_administrators_and_never_ones_own(self, admin, ana, verb):
        with pytest.raises(NotAllowed), nothing_written():
            self.do(verb, actor_of(ana), ana)
        with pytest.raises(Conflict, match="own-account"):
            self.do(verb, admin, admin)
        with pytest.raises(NotFound), transaction():
            getattr(accounts, verb)(admin, user_uid="nothing", now=NOW)


class TestOnesOwnAccount:
    def test_signing_in_and_out_is_written_down(self, ana):
        with transaction():
            user = accounts.sign_in(email=ana.email, password=PASSWORD, address=ADDRESS, now=NOW, today=TODAY)
            assert (
                accounts.sign_in(email=ana.email, password="x", address=ADDRESS, now=NOW, today=TODAY) is None
            )
            accounts.record_sign_out(queries.actor_of(user, TODAY), now=NOW)
        assert recorded(ana) == ["account:created", "account:signed-in", "account:signed-out"]

    def test_name_and_language_are_changed_and_say_which_without_saying_what(self, ana):
        for _ in range(2):
            with transaction():
                accounts.update_profile(
                    actor_of(ana), name="Ana", locale="en", languages=["es", "en"], now=NOW
                )
        assert recorded(ana) == ["account:created", "account:changed"]
        assert (db.session.get(User, ana.id).name, db.session.get(User, ana.id).locale) == ("Ana", "en")
        with pytest.raises(DomainError, match="language-unknown"), transaction():
            accounts.update_profile(actor_of(ana), name="", locale="fr", languages=["es", "en"], now=NOW)

    def test_a_password_is_changed_by_who_knows_it_and_ends_the_other_sessions(self, ana):
        own, other = TestASession().open(ana), TestASession().open(ana)

        def change(current, password):
            with transaction():
                return accounts.change_password(
                    actor_of(ana), current=current, password=password, token=own, now=NOW
                )

        with pytest.raises(DomainError, match="password-wrong"), nothing_written():
            change("otra clave 99", "una clave nueva 1")
        with pytest.raises(DomainError, match="password-too-weak"), nothing_written():
            change(PASSWORD, "corta")
        assert change(PASSWORD, "una clave nueva 1") == 1
        assert [bool(queries.get_session(one, NOW, TODAY)) for one in (own, other)] == [True, False]

    def test_a_session_is_ended_by_its_owner_alone(self, ana):
        token = TestASession().open(ana)
        session_id = db.session.scalars(select(UserSession.id)).one()
        other = actor_of(make_user("admin"))
        with pytest.raises(NotFound), transaction():
            accounts.revoke_own_session(other, session_id=session_id, now=NOW)
        with transaction():
            accounts.revoke_own_session(actor_of(ana), session_id=session_id, now=NOW)
        assert queries.get_session(token, NOW, TODAY) is None

    def test_the_system_has_no_account(self, app_context):
        with pytest.raises(NotFound), transaction():
            accounts.update_profile(SYSTEM, name="", locale="es", languages=["es"], now=NOW)


def recorded(person):
    """What the log says of an account, in order."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(AuditEvent.tag).where(AuditEvent.subject_uid == person.uid).order_by(AuditEvent.seq)
        )
    )


def test_the_list_of_accounts_is_for_those_who_manage_them(ana):
    rows = queries.list_accounts(actor_of(make_user("admin", email="zoe@example.test")), TODAY)
    assert [(row.email, row.role.value) for row in rows] == [
        ("ana@example.test", "auditor"),
        ("zoe@example.test", "admin"),
    ]
    with pytest.raises(NotAllowed):
        queries.list_accounts(actor_of(ana), TODAY)


def test_institutions_to_choose_from_stand_by_acronym_and_those_without_last(app_context):
    for acronym in ("SCEP", "", "CGC"):
        make_institution(acronym, name=f"Nombre {acronym}".strip())
    assert [label for _, label in queries.list_institution_choices()] == [
        "CGC · Nombre CGC",
        "SCEP · Nombre SCEP",
        "Nombre",
    ]
