"""Targets written by people: corrected, placed, accepted, taken on to a next period; every version stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, make_institution, make_plan
from tests.support.factories.targets import money, table, target
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.facts import InstitutionRef
from tracker.domain.history import Cut
from tracker.domain.indicators import Measurement, OutcomeIndicator
from tracker.domain.permissions import AccountRole, Actor
from tracker.domain.plans import PlanStatus
from tracker.domain.targets import Alignment, Target, TargetSource, TargetTable
from tracker.importers.proposals import InstitutionMention, TargetsProposal
from tracker.queries import targets as queries
from tracker.queries.plans import list_plan_titles
from tracker.services import targets as services
from tracker.services.target_imports import accept_targets_import
from tracker.services.targets import Moment
from tracker.services.verification import verify

pytestmark = pytest.mark.usefixtures("app_context")
TODAY = date(2024, 1, 20)
ROWS = (
    target(1, financial=money(100, 0, 50, 2)),
    replace(target(2, parent=1, financial=money(60, 0, 30, 2)), is_guessed=True),
    replace(target(3, parent=1, financial=money(40, 0, 20, 2)), is_guessed=True),
)
TABLE = table(*ROWS, period=2)


@pytest.fixture
def owner(app_context: object) -> InstitutionRef:
    made = make_institution("INFOM", "Instituto de Fomento Municipal")
    make_institution("SCEP")
    return InstitutionRef(made.uid, made.name, made.acronym)


def person(role: AccountRole, *institutions: str) -> Actor:
    return actor_of(make_user(role, *institutions))


def bring(actor: Actor, *tables: TargetTable) -> str:
    mention = InstitutionMention("INFOM", "Instituto de Fomento Municipal", "INFOM")
    with transaction():
        accept_targets_import(actor, TargetsProposal(mention, list(tables)), None, now=NOW, today=TODAY)
    (view, *_) = board(actor).tables
    return view.uid


def board(actor: Actor | None = None, year: int = 2023) -> queries.TargetBoard:
    return queries.get_board(queries.find_institution(slug="infom"), year, Cut(TODAY), actor)


def when(based_on: int | None = None) -> Moment:
    tables = board().tables
    last = tables[0].said.sequence if tables and based_on is None else based_on or 0
    return Moment(NOW, TODAY, last)


def write(
    actor: Actor, uid: str, row: Target, reason: str = "Se leyó mal", moment: Moment | None = None
) -> bool:
    with transaction():
        return services.write_target(actor, uid, row, reason, moment or when())


def mismatches() -> set[str]:
    return {one.kind for one in verify(evidence_url="file:///nowhere", reports_folder="/nowhere")}


def test_a_figure_is_corrected_with_source_reason_and_author_and_the_old_one_stays(owner):
    liaison = person(AccountRole.LIAISON, "INFOM")
    uid = bring(liaison, TABLE)
    plan = make_plan(number=4)
    source = TargetSource("R9", date(2024, 1, 10))
    row = replace(
        ROWS[1],
        financial=money(70, 0, 30, 2),
        source=source,
        is_guessed=False,
        alignment=Alignment("Agua", goals=(6,)),
        item_uid=plan.activity.uid,
    )
    assert write(liaison, uid, row)
    (view,) = board(liaison).tables
    assert (view.recorded.reason, view.said.by, view.said.accepted_at) == ("Se leyó mal", "INFOM", None)
    assert [one.code.value for one in view.shown.findings] == ["sum-differs", "sum-differs"]
    assert "(plan 4)" in view.shown.rows[1].item
    last, first = queries.list_versions(uid)
    assert (first.is_first, last.reason, {one.figure for one in last.changes}) == (
        True,
        "Se leyó mal",
        {"financial.initial", "financial.current", "priority", "goals", "item", "source"},
    )
    assert not write(liaison, uid, row), "what says the same is no version"
    bring(liaison, TABLE)
    kept = board().tables[0].recorded.table.rows[1]
    assert (kept.item_uid, kept.financial.initial) == (plan.activity.uid, 6_000), "figures are the file's"
    assert mismatches() == set()


def test_nobody_writes_over_what_they_did_not_see_nor_for_others(owner):
    liaison = person(AccountRole.LIAISON, "INFOM")
    uid = bring(liaison, TABLE)
    stale, row = when(), replace(ROWS[0], name="Otro", source=TargetSource("R", TODAY))
    write(liaison, uid, row, moment=stale)
    with pytest.raises(Conflict):
        write(liaison, uid, replace(row, name="Tercero"), moment=stale)
    for actor in (person(AccountRole.LIAISON, "SCEP"), person(AccountRole.INSTITUTION_HEAD, "INFOM")):
        with pytest.raises(NotAllowed):
            write(actor, uid, replace(row, name="Ajeno"))
    with pytest.raises(NotAllowed):
        bring(person(AccountRole.LIAISON, "SCEP"), TABLE)
    with pytest.raises(NotFound):
        write(liaison, "no-hay", row)
    with pytest.raises(SeveralErrors) as caught:
        write(liaison, uid, replace(row, name="", item_uid="nada"), reason=" ")
    assert {one.field for one in caught.value.errors} == {"name", "reason", "item_uid"}
    assert len(queries.list_versions(uid)) == 2


def test_nothing_of_a_draft_plan_is_shown_or_linked(owner):
    draft = make_plan(number=7, status=PlanStatus.DRAFT)
    liaison = person(AccountRole.LIAISON, "INFOM")
    uid = bring(liaison, TABLE)
    assert queries.linkable_items(queries.find_institution(slug="infom").id) == []
    with pytest.raises(SeveralErrors) as caught:
        write(liaison, uid, replace(ROWS[0], source=TargetSource("R", TODAY), item_uid=draft.activity.uid))
    assert {one.field for one in caught.value.errors} == {"item_uid"}
    assert list_plan_titles(liaison) == []
    assert [number for number, _title in list_plan_titles(person(AccountRole.CONTACT_POINT))] == [7]
    mention = InstitutionMention("INFOM", "Instituto de Fomento Municipal", "INFOM")
    with pytest.raises(NotFound):
        accept_targets_import(liaison, TargetsProposal(mention, [TABLE]), 7, now=NOW, today=TODAY)


def test_a_guessed_hierarchy_is_confirmed_or_corrected_and_a_new_file_respects_it(owner):
    liaison = person(AccountRole.LIAISON, "INFOM")
    uid = bring(liaison, TABLE)
    assert [one.is_guessed for one in board().tables[0].shown.rows] == [False, True, True]
    with transaction():
        services.place_targets(liaison, uid, {2: 1, 3: 0}, when())
    bring(liaison, TABLE)
    assert [(one.label, one.is_guessed) for one in board().tables[0].shown.rows] == [
        ("1", False),
        ("1.1", False),
        ("2", False),
    ]


def test_the_contact_point_accepts_what_others_wrote_and_a_change_is_unreviewed_again(owner):
    liaison, contact = person(AccountRole.LIAISON, "INFOM"), person(AccountRole.CONTACT_POINT)
    uid = bring(liaison, TABLE)
    assert (board(liaison).tables[0].may_accept, board(contact).tables[0].may_accept) == (False, True)
    with pytest.raises(NotAllowed), transaction():
        services.accept_targets(liaison, uid, when())
    with pytest.raises(Conflict), transaction():
        services.accept_targets(contact, uid, when(1))
    with transaction():
        assert services.accept_targets(contact, uid, when())
    said = board(contact).tables[0].said
    assert (said.accepted_by, said.accepted_at) == (contact.label or "contact_point", NOW)
    assert not board(contact).tables[0].may_accept
    write(contact, uid, replace(ROWS[0], name="Otro", source=TargetSource("R", TODAY)))
    (view,) = board(contact).tables
    assert (view.said.accepted_at, view.may_accept) == (None, False), "nobody accepts what they wrote"
    with pytest.raises(NotAllowed), transaction():
        services.accept_targets(contact, uid, when())
    assert queries.list_versions(uid)[1].said.accepted_at == NOW
    assert mismatches() == set()


def test_a_table_is_begun_by_hand_filled_and_taken_on_to_the_next_period(owner):
    liaison = person(AccountRole.LIAISON, "INFOM")
    source = TargetSource("R1", date(2023, 9, 1))
    empty = replace(TABLE, rows=(), source=source)
    with transaction():
        uid = services.start_table(liaison, owner.uid, empty, Moment(NOW, TODAY))
    with pytest.raises(Conflict), transaction():
        services.start_table(liaison, owner.uid, empty, Moment(NOW, TODAY))
    with pytest.raises(SeveralErrors) as caught, transaction():
        services.start_table(liaison, owner.uid, replace(empty, title="", source=TargetSource()), when(0))
    assert {one.field for one in caught.value.errors} == {"title", "report", "report_on"}
    write(liaison, uid, replace(ROWS[0], position=0), reason="")
    with pytest.raises(DomainError, match="target-source-required"), transaction():
        services.open_period(liaison, uid, TargetSource(), when())
    with transaction():
        last = services.open_period(liaison, uid, TargetSource("R2", TODAY), when())
    with pytest.raises(Conflict), transaction():
        services.open_period(liaison, uid, TargetSource("R2", TODAY), Moment(NOW, TODAY, when_of(uid)))
    row = board().tables[0].recorded.table.rows[0]
    done = replace(row.financial, executed=(*row.financial.executed, *money(1, 0, 90, 3).executed))
    write(liaison, last, replace(row, financial=done, source=TargetSource("R2", TODAY)))
    (view,) = board().tables
    assert (view.uid, view.shown.period) == (last, 3)
    assert [(one.period, one.amount) for one in view.shown.rows[0].financial.periods] == [(2, 50), (3, 90)]
    with pytest.raises(DomainError, match="target-year-complete"), transaction():
        services.open_period(liaison, last, TargetSource("R3", TODAY), when())
    assert mismatches() == set()


def when_of(uid: str) -> int:
    found = queries.last_version(uid)
    assert found is not None
    return found[0]


def test_an_indicator_is_written_corrected_with_a_reason_and_withdrawn(owner):
    liaison = person(AccountRole.LIAISON, "INFOM")
    said = OutcomeIndicator(
        "indicador",
        owner,
        "Agua segura",
        "%",
        Measurement(2020, Decimal(40)),
        Measurement(2028, Decimal(60)),
        TargetSource("ENCOVI"),
    )

    def record(one: OutcomeIndicator, based_on: int = 0, actor: Actor = liaison) -> bool:
        with transaction():
            return services.write_indicator(actor, one, Moment(NOW, TODAY, based_on))

    assert record(said)
    (view,) = board().indicators
    with pytest.raises(Conflict, match="indicator-exists"):
        record(replace(said, unit="x"))
    with pytest.raises(SeveralErrors):
        record(replace(said, unit="x"), view.said.sequence)
    with pytest.raises(NotAllowed):
        record(replace(said, unit="x"), view.said.sequence, person(AccountRole.LIAISON, "SCEP"))
    assert not record(replace(said, reason="Nada"), view.said.sequence)
    assert record(replace(said, unit="x", reason="Unidad"), view.said.sequence)
    (view,) = board().indicators
    assert (view.indicator.unit, view.said.by) == ("x", "INFOM")
    assert record(replace(said, is_withdrawn=True, reason="Repetido"), view.said.sequence)
    assert board().indicators == ()
    assert mismatches() == set()


def test_verify_finds_a_table_put_under_another_institution(owner):
    bring(person(AccountRole.LIAISON, "INFOM"), TABLE)
    assert mismatches() == set()
    db.session.execute(text("UPDATE fact_owners SET year = 2020"))
    assert mismatches() == {"fact-misplaced"}
    db.session.rollback()


def test_the_board_takes_the_same_queries_whatever_there_is(owner, query_counter):
    liaison = person(AccountRole.LIAISON, "INFOM")
    bring(liaison, TABLE)
    with query_counter() as few:
        board(liaison)
    bring(liaison, *[replace(TABLE, title=f"Tabla {one}", period=one % 3 + 1) for one in range(9)])
    with query_counter() as many:
        assert len(board(liaison).tables) == 10
    assert len(many) == len(few)
    assert [one.label for one in queries.list_owners()] == ["INFOM"]
    assert queries.list_owners()[0].years == (2023,)
