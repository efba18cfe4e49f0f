"""The real work plans, template and report, from file to figures (issue 2, item 4)."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories.plans import NOW
from tests.support.shared import shared_file
from tracker.db import db, transaction
from tracker.domain.facts import NodeFacts
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus, assess
from tracker.importers.progress import read_progress
from tracker.importers.template import read_template
from tracker.importers.workplan import read_workplan
from tracker.models.accounts import Institution
from tracker.models.plans import Doubt
from tracker.queries.history import plan_facts
from tracker.queries.plans import get_plan
from tracker.services.imports import ImportPreview, known_institutions
from tracker.services.plan_imports import accept_plan_import
from tracker.services.progress_imports import accept_progress_import

pytestmark = pytest.mark.usefixtures("app_context")
CUT_OFF = date(2020, 8, 28)
TODAY = NOW.date()
PLANS = ("plan-de-trabajo-compromiso-10.xlsx", "plan-de-trabajo-compromiso-19.xlsx")
TEMPLATE, CLAIMS = "plantilla-compromiso-10.docx", "avances-infom-2020-08-28.csv"


def take(name: str) -> ImportPreview:
    data = shared_file("data", name).read_bytes()
    with transaction():
        known = known_institutions()
        if name == CLAIMS:
            return accept_progress_import(SYSTEM, read_progress(data, known), 4, now=NOW, today=TODAY)
        read = read_template if name == TEMPLATE else read_workplan
        return accept_plan_import(SYSTEM, read(data, known), 4, now=NOW, today=TODAY)


def take_all() -> list[ImportPreview]:
    return [take(name) for name in (*PLANS, TEMPLATE, CLAIMS)]


def tree(as_of: date = CUT_OFF) -> NodeStatus:
    return assess(plan_facts(get_plan(4).id, Cut(as_of)), as_of)


def item(key: str, root: NodeStatus | None = None) -> NodeStatus:
    """An item of commitment 10 or 19 by its key, "10/3.1"."""
    number, _, label = key.partition("/")
    top = root or tree()
    commitment = next(
        one for one in top.walk() if (one.facts.kind, one.facts.label) == (NodeKind.COMMITMENT, number)
    )
    if not label:
        return commitment
    return next(one for one in commitment.walk() if one is not commitment and one.facts.label == label)


def parts(facts: NodeStatus | NodeFacts) -> dict[str, Role]:
    return {one.institution.label: one.role for one in facts.roles}


def test_the_two_work_plans_give_two_commitments_seven_milestones_and_34_activities():
    for name in PLANS:
        take(name)
    root = tree()
    kinds = Counter(one.facts.kind for one in root.walk())
    assert (kinds[NodeKind.COMMITMENT], kinds[NodeKind.MILESTONE], kinds[NodeKind.ACTIVITY]) == (2, 7, 34)
    assert [len(one.children) for one in item("10", root).children] == [5, 2, 4, 3, 3, 6, 10]
    assert item("19", root).facts.parent_uid != root.facts.uid, "it stands on the axis it names"


def test_windows_roles_means_and_merged_cells_are_as_the_files_have_them():
    take(PLANS[0])
    root = tree()
    assert [(one.start, one.end) for one in item("10/3.1", root).facts.schedule.current] == [
        (date(2019, 1, 1), date(2019, 3, 31)),
        (date(2020, 1, 1), date(2020, 3, 31)),
    ]
    co = Role.CO_RESPONSIBLE
    assert parts(item("10/1.5", root)) == {
        "SCEP": Role.COORDINATOR,
        "INAP": co,
        "INFOM": co,
        "SEGEPLAN": co,
        "MINFIN": co,
    }
    assert len(item("10/1.1", root).facts.means) == 4
    assert item("10/2.1", root).facts.means == item("10/2.2", root).facts.means
    assert item("10/2.1", root).facts.products == item("10/2.2", root).facts.products
    assert all("INFOM" in parts(one) for one in item("10/7", root).children)
    assert item("10/2", root).coverage.required == {one.uid for one in item("10/2.1", root).facts.means}


def test_an_activity_without_dates_says_so():
    take(PLANS[1])
    assert item("19/6").state is State.NO_DATE
    assert [one.code for one in db.session.query(Doubt)] == ["no-period"]


def test_every_institution_stands_once_however_it_is_written():
    take_all()
    rows = db.session.query(Institution).all()
    acronyms = [one.acronym for one in rows if one.acronym]
    assert {"SCEP", "SEGEPLAN", "INAP", "CGC", "MINFIN", "INFOM", "ANAM", "SENACYT"} <= set(acronyms)
    assert len(acronyms) == len(set(acronyms))
    assert len({one.name for one in rows}) == len(rows) == 21


def test_23_claims_and_one_narrative_are_handed_in_and_none_is_validated():
    take_all()
    facts = plan_facts(get_plan(4).id, Cut(CUT_OFF))
    assert Counter(one.percent for one in facts.reports) == {Decimal(100): 23, None: 1}
    assert {one.institution.label for one in facts.reports} == {"INFOM"}
    assert not any(one.decision for one in facts.reports)
    assert item("10/6").narratives[0].narrative.startswith("Se realizó")
    assert len(item("10/7.9").own.reports[0].evidence) == 8
    assert item("10").validated.informed == 0


def test_the_late_claim_counts_its_days_to_the_completion_it_states():
    take_all()
    (claim,) = item("10/2.2").own.institution_reports
    assert claim.timeliness is not None
    assert (claim.timeliness.state, claim.timeliness.days_late) == (State.COMPLETE_LATE, 181)
    assert not claim.governs


def test_the_claim_on_2_2_warns_and_names_the_draft_that_gives_the_part():
    done = take_all()[-1]
    (warning,) = [one for one in done.issues if one.node_key == "10/2.2"]
    assert (warning.code, warning.params["source"]) == ("role-in-draft-variant", "template")
    (variant,) = [one for one in item("10/2").facts.variants if one.field == "roles"]
    assert (variant.is_draft, "INFOM" in variant.institutions) == (True, True)
    assert "INFOM" not in parts(item("10/2.2")), "the work plan stands until somebody chooses"


def test_repeating_every_file_changes_nothing():
    take_all()
    assert all(one.writes_nothing for one in take_all())


@pytest.mark.parametrize("order", list(itertools.permutations((PLANS[0], TEMPLATE))))
def test_in_either_order_both_sources_stay_and_the_first_stands(order):
    for name in (*order, *order):
        done = take(name)
    assert done.writes_nothing
    second = item("10/2")
    assert ("INFOM" in parts(second)) == (order[0] == TEMPLATE)
    assert {one.source for one in second.facts.variants} == {
        "workplan" if order[0] == TEMPLATE else "template"
    }
    assert {"title", "windows", "roles"} <= {one.field for one in second.facts.variants}
