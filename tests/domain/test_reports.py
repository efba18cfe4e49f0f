"""What a compiled report finds, counts and keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from tests.support.factories import documents, facts
from tests.support.factories.facts import INAP, INFOM, SCEP
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError
from tracker.domain.facts import VariantFact
from tracker.domain.history import Cut
from tracker.domain.report_document import FindingCode, Imprint, InstitutionLine
from tracker.domain.reports import Scope, check_kind, compile_report, content, document_from
from tracker.domain.states import State
from tracker.domain.tree import assess


def findings(code, institution=None):
    made = documents.document(institution=institution)
    return {one.row.label: one for one in made.findings if one.code is code}


def test_a_claim_of_100_without_any_evidence_for_its_item_is_found():
    plan = facts.plan(
        [facts.commitment(), facts.milestone(), facts.activity(means=facts.means("x"))],
        [documents.told(100, "a1", 1)],
    )
    first, second = documents.document(plan).findings
    assert (first.code, first.institution) == (FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE, "INFOM")
    assert first.params == {"percent": "100.00", "required": "1", "named": "0", "items": "0"}
    assert second.code is FindingCode.COMPLETION_UNDATED


def test_evidence_that_leaves_a_means_unanswered_is_partial():
    found = findings(FindingCode.FULL_CLAIM_WITH_PARTIAL_EVIDENCE)
    assert found["1.1"].params == {"percent": "100.00", "required": "2", "named": "0", "items": "1"}
    assert found["1.2"].params["items"] == "3"


def test_a_percent_above_the_quantity_delivered_is_found():
    params = findings(FindingCode.CLAIM_ABOVE_QUANTITY)["1.3"].params
    assert (params["percent"], params["delivered"], params["planned"]) == ("90", "2", "8")


def test_a_narrative_marked_as_contradicting_is_quoted_even_when_returned():
    assert findings(FindingCode.NARRATIVE_CONTRADICTS)["1.4"].params["by"] == "contact_point"
    assert findings(FindingCode.REPORT_RETURNED)["1.4"].institution == "SCEP"


def test_a_claim_where_the_plan_gives_no_part_names_the_source_that_does():
    params = findings(FindingCode.CLAIM_WITHOUT_PART)["1.4"].params
    assert params["source"] == "template"
    assert (params["source_version"], params["is_draft"], params["item_label"]) == ("7-11-2018", "true", "1")


def test_a_claim_where_no_source_gives_a_part_says_only_so():
    plan = facts.plan(
        [facts.commitment(), facts.activity(parent="c1")],
        [documents.told(5, "a1", 1, institution=INAP)],
    )
    (found,) = [
        one for one in documents.document(plan).findings if one.code is FindingCode.CLAIM_WITHOUT_PART
    ]
    assert found.params == {"claimed_role": ""}


def test_another_part_than_the_plan_s_is_found():
    assert findings(FindingCode.PART_DIFFERS)["1.1"].params == {
        "claimed_role": "lead",
        "role": "co_responsible",
    }


def test_late_completion_runs_to_the_completion_date_against_current_and_baseline():
    found = findings(FindingCode.COMPLETED_LATE)
    assert found["1.1"].params["days_late"] == "172"
    assert found["1.7"].params["days_late"] == "0"
    assert found["1.7"].params["days_late_baseline"] == "20"
    assert (found["1.7"].params["due_on"], found["1.7"].params["baseline_due_on"]) == (
        "2020-03-31",
        "2020-02-29",
    )


def test_completion_on_time_is_no_finding():
    assert "1.5" not in findings(FindingCode.COMPLETED_LATE)


def test_evidence_dated_after_the_cut_off_is_found_and_a_restricted_one_keeps_its_title():
    every = [one for one in documents.document().findings if one.code is FindingCode.EVIDENCE_AFTER_CUTOFF]
    assert [one.params["title"] for one in every] == ["Acta", ""]


def test_validation_by_exception_quotes_what_was_signed():
    found = findings(FindingCode.VALIDATED_BY_EXCEPTION)["1.5"]
    assert found.params["quote"] == "Consta en acta pública"
    assert "1.5" not in findings(FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE)


def test_a_lead_that_has_not_reported_is_named_with_whose_figure_stands():
    assert findings(FindingCode.LEAD_NOT_REPORTED)["1.2"].params == {
        "leads": "SCEP",
        "reported_by": "INFOM",
    }


def test_silence_of_who_answers_is_found_and_contributions_are_named():
    found = findings(FindingCode.NO_INFORMATION)
    assert found["1.4"].params == {"leads": "SCEP", "contributions": "INAP"}
    assert "1.6" not in found


def test_what_has_not_opened_is_not_silent():
    plan = facts.plan(
        [facts.commitment(), facts.activity(parent="c1", schedule=facts.schedule(facts.month(2021, 1)))]
    )
    assert documents.document(plan).findings == ()


def test_a_full_claim_without_a_date_is_found():
    assert set(findings(FindingCode.COMPLETION_UNDATED)) == {"1.2"}


def test_progress_after_the_plan_s_end_is_outside_its_period():
    assert findings(FindingCode.OUTSIDE_PERIOD)["6"].params["ends_on"] == "2020-08-27"


def test_what_was_recorded_after_the_cut_off_is_marked_by_the_civil_day():
    assert set(findings(FindingCode.RECORDED_AFTER_CUTOFF)) == {"1.4"}
    plan = documents.rich_plan()
    cut, tree = Cut(documents.CUTOFF, 99), assess(plan, documents.CUTOFF)
    east = timezone(timedelta(hours=10))
    made = compile_report(tree, plan, cut, Scope(CompilationKind.PLAN), zone=east)
    labels = {one.row.label for one in made.findings if one.code is FindingCode.RECORDED_AFTER_CUTOFF}
    assert {"1.1", "1.4"} <= labels


def test_findings_come_gravest_first():
    codes = [one.code for one in documents.document().findings]
    assert codes == sorted(codes, key=list(FindingCode).index)


def test_an_institution_s_report_tells_of_its_own_claims_and_of_the_items_it_takes_part_in():
    made = documents.document(institution=INAP)
    own = {
        one.institution
        for one in made.findings
        if one.code not in {FindingCode.NO_INFORMATION, FindingCode.LEAD_NOT_REPORTED}
    }
    assert own == {"INAP"}
    labels = {a.label for c in made.commitments for m in c.milestones for a in m.activities}
    assert labels == {"1.1", "1.4"}


def test_contributions_are_counted_apart_from_what_governs_a_figure():
    claims = documents.document(institution=INAP).summary.claims
    assert (claims.reports, claims.own, claims.contributions, claims.narratives) == (2, 0, 2, 1)


def test_the_parts_of_an_institution_are_counted_over_its_activities():
    parts = {one.role: one.count for one in documents.document(institution=INAP).summary.parts}
    assert parts[None] == 1
    assert sum(parts.values()) == 2


def test_claims_are_counted_with_what_they_stand_on():
    claims = documents.document().summary.claims
    assert (claims.reports, claims.full, claims.validated, claims.full_validated) == (8, 4, 1, 1)
    assert claims.full_without_evidence + claims.full_with_partial_evidence == 3
    assert (claims.full_undated, claims.full_late) == (1, 1)


def test_sections_say_how_each_item_stands_by_its_own_delivery():
    sections = documents.document().summary.sections
    labels = {
        name: [ref.label for ref in getattr(sections, name)]
        for name in ("complete", "awaiting_validation", "late", "at_risk", "without_information")
    }
    assert labels["complete"] == ["1.5"]
    assert labels["awaiting_validation"] == ["1.1", "1.2", "1.7"]
    assert labels["late"] == ["1.3", "1.4"]
    assert labels["without_information"] == ["1.4", "6"]


def test_every_item_stands_in_one_state():
    summary = documents.document().summary
    assert sum(one.count for one in summary.states) == summary.items == 8
    assert {one.state for one in summary.states} == set(State)


def test_restricted_evidence_shows_only_that_it_exists_its_date_and_hash():
    items = [
        item
        for c in documents.document().commitments
        for m in c.milestones
        for a in m.activities
        for r in a.institution_reports
        for item in r.evidence
        if item.access.value == "reserved"
    ]
    (item,) = items
    assert (item.title, item.url, item.media_type) == ("", "", "")
    assert item.sha256 == "ab" * 32


def test_earlier_reports_stand_under_the_last_one():
    made = documents.document()
    (report,) = next(
        a.institution_reports
        for c in made.commitments
        for m in c.milestones
        for a in m.activities
        if a.label == "1.5"
    )
    assert [(one.percent, one.narrative) for one in report.earlier] == [(10, "Comenzó")]


def test_the_document_comes_back_from_its_content():
    made = documents.document(institution=INFOM)
    frozen = json.loads(json.dumps(content(made)))
    assert document_from(frozen) == replace(made, imprint=Imprint())


def test_the_imprint_is_no_part_of_the_content():
    made = documents.document()
    other = replace(made, imprint=Imprint(sha256="f" * 64, version=7, issuer="Otro"))
    assert content(made) == content(other)


def test_decimals_are_texts_and_no_float_enters():
    def scalars(value):
        if isinstance(value, dict):
            return [s for one in value.values() for s in scalars(one)]
        if isinstance(value, list):
            return [s for one in value for s in scalars(one)]
        return [value]

    assert not [one for one in scalars(content(documents.document())) if isinstance(one, float)]


def test_a_plan_without_anything_still_gives_a_report():
    made = documents.document(facts.plan([]))
    assert (made.commitments, made.findings, made.summary.items) == ((), (), 0)


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        (
            CompilationKind.ACCOUNTABILITY,
            {"has_institution": True, "has_commitment": True},
            "commitment-not-for-kind",
        ),
        (CompilationKind.COMMITMENT, {"has_institution": False}, "kind-needs-commitment"),
        (CompilationKind.MONTHLY, {"has_institution": True}, "institution-not-for-kind"),
        (CompilationKind.INSTITUTIONAL, {"has_institution": False}, "kind-needs-institution"),
        (CompilationKind.PLAN, {"has_institution": True}, "institution-not-for-kind"),
        (CompilationKind.PLAN, {"has_institution": False, "has_commitment": True}, "commitment-not-for-kind"),
    ],
)
def test_what_no_report_can_be_made_of_is_refused(kind, given, code):
    with pytest.raises(DomainError) as refused:
        check_kind(kind, **given)
    assert refused.value.code == code


def test_an_institutional_report_needs_its_institution_to_be_compiled():
    plan = facts.plan([])
    with pytest.raises(DomainError):
        compile_report(
            assess(plan, documents.CUTOFF),
            plan,
            Cut(documents.CUTOFF, 1),
            Scope(CompilationKind.INSTITUTIONAL),
        )


def test_a_quantity_that_covers_the_percent_and_a_source_that_names_others_are_no_findings():
    variant = VariantFact("roles", "template", "", is_draft=False, value="CGC", institutions=("CGC",))
    plan = facts.plan(
        [
            facts.commitment(variants=(variant,)),
            facts.activity(parent="c1", products=(facts.product(8),), roles=facts.lead(SCEP)),
        ],
        [documents.told(25, "a1", 1, institution=INAP, delivered=Decimal(2))],
    )
    found = {one.code: one.params for one in documents.document(plan).findings}
    assert found[FindingCode.CLAIM_WITHOUT_PART] == {"claimed_role": ""}
    assert FindingCode.CLAIM_ABOVE_QUANTITY not in found


def test_an_institution_goes_by_its_acronym_or_its_name():
    assert InstitutionLine("Instituto", "INFOM").label == "INFOM"
    assert InstitutionLine("Gobiernos locales", "").label == "Gobiernos locales"
