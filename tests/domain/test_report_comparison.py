"""What a comparison of two compiled reports tells, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.support.factories import documents
from tests.support.factories import facts as f
from tests.support.factories.documents import accepted, file, told
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError
from tracker.domain.facts import PlanFacts
from tracker.domain.history import Cut
from tracker.domain.plans import Role
from tracker.domain.report_comparison import Became, compare_documents, document_places
from tracker.domain.report_document import FindingCode, Imprint
from tracker.domain.reports import Scope, compile_report
from tracker.domain.states import State
from tracker.domain.tree import assess
from tracker.domain.workflow import ReportStatus

DUE = f.schedule(f.month(2020, 8))


def plan(*reports, **given) -> PlanFacts:
    values = {"label": "1.1", "schedule": DUE, "means": f.means("x"), "roles": f.lead(f.SCEP)} | given
    extra = values.pop("extra", ())
    nodes = [f.commitment(), f.milestone(), f.activity("a1", **values), *extra]
    return f.plan(nodes, list(reports))


def at(made: PlanFacts, cutoff: date = documents.CUTOFF, known_at: int = 99):
    cut = Cut(cutoff, known_at)
    return compile_report(assess(made, cutoff), made, cut, Scope(CompilationKind.PLAN))


def compared(before: PlanFacts, after: PlanFacts):
    return compare_documents(at(before), at(after))


def changes_of(found, uid="a1"):
    return next(one for one in found.items if one.place.uid == uid)


def fields_of(found, uid="a1"):
    return {one.field: (one.before, one.after) for one in changes_of(found, uid).fields}


def test_the_same_document_twice_has_no_change_and_everything_is_counted():
    document = documents.document()
    found = compare_documents(document, document)
    assert found.is_empty
    assert found.items_same == len(document_places(document))
    assert found.findings_same == len(document.findings)


def test_the_same_facts_at_a_later_known_at_say_the_same_under_another_head():
    made = plan(told(40, "a1", 1))
    later = replace(at(made, known_at=120), imprint=Imprint(sha256="b" * 64, version=2))
    found = compare_documents(replace(at(made), imprint=Imprint("a" * 64, 1)), later)
    assert found.is_empty
    assert (found.before.version, found.after.version) == (1, 2)
    assert (found.before.known_at, found.after.known_at) == (99, 120)
    assert (found.before.sha256[0], found.after.sha256[0]) == ("a", "b")


def test_a_figure_is_told_before_and_after_with_its_date_and_author():
    before = plan(told(40, "a1", 1, on="2020-07-01", institution=f.SCEP))
    after = plan(*before.reports, told(100, "a1", 3, on="2020-08-03", institution=f.SCEP))
    (figure,) = changes_of(compared(before, after)).figures
    assert figure.name == "reported"
    assert (figure.before.percent, figure.before.on, figure.before.by) == (40, date(2020, 7, 1), "SCEP")
    assert (figure.after.percent, figure.after.on, figure.after.by) == (100, date(2020, 8, 3), "SCEP")


def test_a_newer_report_of_the_same_percent_is_a_change_of_the_item_and_not_of_what_stands_above():
    before = plan(told(40, "a1", 1, on="2020-07-01", institution=f.SCEP))
    after = plan(*before.reports, told(40, "a1", 3, on="2020-08-03", institution=f.SCEP))
    found = compared(before, after)
    assert changes_of(found).figures[0].after.on == date(2020, 8, 3)
    assert [one.place.uid for one in found.items] == ["a1"]


def test_the_first_figure_has_nothing_before_it():
    found = compared(plan(), plan(told(10, "a1", 1, institution=f.SCEP)))
    (figure,) = changes_of(found).figures
    assert figure.before is None
    (of_plan,) = found.figures
    assert (of_plan.name, of_plan.before.percent, of_plan.after.percent) == (
        "reported",
        None,
        Decimal("10.00"),
    )


def test_a_report_that_was_accepted_is_told_as_changed_with_its_state_level_and_coverage():
    waiting = told(
        100, "a1", 1, institution=f.SCEP, completed="2020-08-01", evidence=(file("e1", "x", accepted=None),)
    )
    decided = accepted(
        100, "a1", 1, institution=f.SCEP, completed="2020-08-01", evidence=(file("e1", "x", accepted=True),)
    )
    found = compared(plan(waiting), plan(decided))
    assert fields_of(found)["state"] == (State.AWAITING_VALIDATION, State.COMPLETE_ON_TIME)
    coverage = fields_of(found)["coverage"]
    assert (coverage[0].answered, coverage[1].answered) == (0, 1)
    (report,) = changes_of(found).reports
    assert report.became is Became.CHANGED
    assert {one.field for one in report.fields} == {"status", "validated_by", "validated_on"}
    (evidence,) = changes_of(found).evidence
    assert [(one.field, one.before, one.after) for one in evidence.fields] == [("accepted", None, True)]
    assert "level" in fields_of(found, "c1")
    summary = {one.field: (one.before, one.after) for one in found.summary}
    assert summary["claims.validated"] == (0, 1)
    assert summary["state.complete_on_time"] == (0, 1)


def test_a_new_report_a_gone_one_and_their_evidence_are_told():
    first = told(40, "a1", 1, institution=f.SCEP, evidence=(file("e1"),))
    other = told(50, "a1", 2, institution=f.INAP, evidence=(file("e2"),))
    found = changes_of(compared(plan(first), plan(other)))
    assert {(one.became, one.institution) for one in found.reports} == {
        (Became.NEW, "INAP"),
        (Became.GONE, "SCEP"),
    }
    assert {(one.became, one.evidence.uid) for one in found.evidence} == {
        (Became.NEW, "e2"),
        (Became.GONE, "e1"),
    }


def test_a_report_that_became_an_earlier_one_is_not_gone():
    first = told(40, "a1", 1, on="2020-07-01", institution=f.SCEP, evidence=(file("e1"),))
    second = told(60, "a1", 2, on="2020-08-01", institution=f.SCEP)
    found = changes_of(compared(plan(first), plan(first, second)))
    assert [one.became for one in found.reports] == [Became.NEW]
    assert found.evidence == ()


def test_a_changed_narrative_is_told_word_by_word():
    first = told(40, "a1", 1, institution=f.SCEP, narrative="Se hizo la mitad del trabajo")
    second = replace(first, narrative="Se hizo todo el trabajo")
    (report,) = changes_of(compared(plan(first), plan(second))).reports
    assert report.fields == ()
    assert {piece.text.strip() for piece in report.narrative if piece.mark == "in"} >= {"todo"}


def test_a_rescheduling_moves_the_due_date_and_leaves_the_baseline():
    moved = f.rescheduled(DUE, "2020-08-01", f.month(2020, 12))
    told_fields = fields_of(compared(plan(), plan(schedule=moved)))
    assert told_fields["due_on"] == (date(2020, 8, 31), date(2020, 12, 31))
    assert "baseline_due_on" not in told_fields


def test_another_baseline_is_told():
    told_fields = fields_of(compared(plan(), plan(schedule=f.schedule(f.month(2020, 9)))))
    assert told_fields["baseline_due_on"] == (date(2020, 8, 31), date(2020, 9, 30))


def test_the_next_delivery_of_the_same_periods_is_no_other_date():
    twice = plan(schedule=f.schedule(f.month(2020, 3), f.month(2020, 12)))
    done = plan(
        told(100, "a1", 1, institution=f.SCEP, on="2020-03-20", completed="2020-03-20", occurrence="1"),
        schedule=f.schedule(f.month(2020, 3), f.month(2020, 12)),
    )
    told_fields = fields_of(compared(twice, done))
    assert "due_on" not in told_fields
    assert told_fields.get("next_due_on", (None, None))[0] != date(2020, 12, 31)


def test_an_item_may_come_go_be_renamed_or_renumbered():
    extra = (f.activity("a2", label="1.2", title="Otra"),)
    found = compared(plan(extra=extra), plan(title="Línea base", label="1.3"))
    assert [one.uid for one in found.removed] == ["a2"]
    assert fields_of(found)["title"][1] == "Línea base"
    before, after = fields_of(found)["place"]
    assert (before.label, after.label) == ("1.1", "1.3")
    back = compared(plan(), plan(extra=extra))
    assert [one.title for one in back.added] == ["Otra"]


def test_parts_and_means_are_told_and_their_order_is_not():
    both = (*f.lead(f.SCEP), *f.roles(Role.COLLABORATOR, f.INAP))
    found = fields_of(compared(plan(), plan(roles=both, means=f.means("x", "y"))))
    assert [one.institution for one in found["roles"][1]] == ["SCEP", "INAP"]
    assert len(found["means"][1]) == 2
    turned = compared(plan(means=f.means("x", "y")), plan(means=f.means("y", "x")))
    assert turned.is_empty


def test_a_finding_appears_and_goes_and_one_with_other_values_is_paired():
    without = told(100, "a1", 1, institution=f.SCEP)
    with_evidence = told(100, "a1", 1, institution=f.SCEP, evidence=(file("e1", "x"),))
    kinds = {
        (one.became, (one.before or one.after).code)
        for one in compared(plan(without), plan(with_evidence)).findings
    }
    assert (Became.GONE, FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE) in kinds
    back = compared(plan(with_evidence), plan(without)).findings
    assert (Became.NEW, FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE) in {
        (o.became, o.after.code) for o in back if o.after
    }
    late = told(100, "a1", 1, institution=f.SCEP, completed="2020-08-20")
    later = replace(late, completed_on=date(2020, 8, 25))
    early = f.schedule(f.month(2020, 7))
    found = compared(plan(late, schedule=early), plan(later, schedule=early))
    (changed,) = [one for one in found.findings if one.became is Became.CHANGED]
    assert changed.after.code is FindingCode.COMPLETED_LATE
    assert (changed.before.params["days_late"], changed.after.params["days_late"]) == ("20", "25")
    assert found.findings_same == len(at(plan(late, schedule=early)).findings) - 1


def test_days_that_only_went_by_are_no_change():
    overdue = plan(schedule=f.schedule(f.month(2020, 2)))
    found = compare_documents(at(overdue, date(2020, 6, 30)), at(overdue))
    assert found.is_empty


def test_the_plan_s_own_words_and_thresholds_are_told():
    made = plan()
    after = at(made)
    renamed = replace(after, plan=replace(after.plan, title="Otro", due_soon_days=99))
    found = compare_documents(at(made), renamed)
    assert [one.field for one in found.plan] == ["title", "due_soon_days"]


@pytest.mark.parametrize("given", [{"kind": CompilationKind.INSTITUTIONAL}, {"plan": 5}])
def test_reports_of_other_things_are_not_compared(given):
    document = documents.document()
    plan_line = replace(document.plan, number=given.get("plan", document.plan.number))
    other = replace(document, kind=given.get("kind", document.kind), plan=plan_line)
    with pytest.raises(DomainError) as refused:
        compare_documents(document, other)
    assert refused.value.code == "reports-not-comparable"


def test_a_returned_report_counts_no_more():
    first = told(40, "a1", 1, institution=f.SCEP)
    returned = replace(first, status=ReportStatus.RETURNED)
    found = changes_of(compared(plan(first), plan(returned)))
    assert [one.became for one in found.reports] == [Became.GONE]
    assert found.figures[0].after is None
