"""The JSON of `status`, key by key as design section 9 names them."""

from __future__ import annotations

from datetime import timedelta, timezone

from tests.support.factories import documents, facts
from tests.support.factories.facts import INAP, MUNICIPALITIES, SCEP
from tracker.domain.outline import outline
from tracker.domain.tree import assess

CUTOFF = documents.CUTOFF
ACTIVITY_KEYS = {
    "number",
    "label",
    "uid",
    "title",
    "windows",
    "due_on",
    "baseline_due_on",
    "roles",
    "product",
    "verification_means",
    "validated",
    "reported",
    "coverage",
    "state",
    "days_late",
    "institution_reports",
}


def told(plan, **given):
    return outline(assess(plan, CUTOFF), plan, CUTOFF, **given)


def activity(tree, label):
    items = [a for c in tree["commitments"] for m in c["milestones"] for a in m["activities"]]
    items += [a for c in tree["commitments"] for a in c["activities"]]
    return next(item for item in items if item["label"] == label)


def test_the_tree_names_its_plan_its_date_and_its_commitments_in_order():
    tree = told(documents.rich_plan())
    assert (tree["plan"], tree["as_of"]) == (4, "2020-08-28")
    assert [c["number"] for c in tree["commitments"]] == [10, 19]
    assert set(tree) == {"plan", "as_of", "commitments"}


def test_an_activity_has_the_keys_of_the_contract_and_no_others():
    assert set(activity(told(documents.rich_plan()), "1.1")) == ACTIVITY_KEYS


def test_a_commitment_has_a_level_and_both_kinds_of_children():
    commitment = told(documents.rich_plan())["commitments"][0]
    assert set(commitment) == ACTIVITY_KEYS | {"level", "milestones", "activities"}
    assert set(commitment["milestones"][0]) == ACTIVITY_KEYS | {"activities"}


def test_a_figure_is_a_number_with_its_date_its_author_and_its_completion_date():
    one = activity(told(documents.rich_plan()), "1.1")
    assert one["validated"] is None
    assert one["reported"] == {
        "percent": 100.0,
        "on": "2020-08-20",
        "by": "INFOM",
        "completed_on": "2020-08-19",
    }


def test_what_is_validated_names_who_accepted_it():
    one = activity(told(documents.rich_plan()), "1.5")
    assert one["validated"]["by"] == "contact_point"
    assert one["reported"]["by"] == "INFOM"


def test_windows_keep_their_precision():
    one = activity(told(documents.rich_plan()), "1.1")
    assert one["windows"] == [
        {
            "start": "2020-02-01",
            "end": "2020-02-29",
            "start_precision": "month",
            "end_precision": "month",
        }
    ]
    assert one["due_on"] == "2020-02-29"


def test_every_institution_s_own_last_report_is_listed_with_its_part():
    one = activity(told(documents.rich_plan()), "1.1")
    assert [(r["institution"], r["role"], r["percent"]) for r in one["institution_reports"]] == [
        ("INFOM", "lead", 100.0),
        ("INAP", "co_responsible", 40.0),
    ]
    assert set(one["institution_reports"][0]) == {"institution", "role", "percent", "on", "completed_on"}


def test_a_narrative_on_a_milestone_without_figures_of_its_own_is_a_report_too():
    milestone = told(documents.rich_plan())["commitments"][0]["milestones"][0]
    assert milestone["institution_reports"] == [
        {
            "institution": "INAP",
            "role": "co_responsible",
            "percent": None,
            "on": "2020-08-20",
            "completed_on": None,
        }
    ]


def test_a_returned_narrative_is_no_standing_report():
    narrative = facts.report(None, node_uid="m1", status=facts.ReportStatus.RETURNED)
    plan = facts.plan([facts.commitment(), facts.milestone(), facts.activity()], [narrative])
    assert told(plan)["commitments"][0]["milestones"][0]["institution_reports"] == []


def test_aggregates_tell_floor_mean_and_how_many_informed():
    plan = facts.plan(
        [
            facts.commitment(),
            facts.milestone(),
            facts.activity("a1"),
            facts.activity("a2"),
            facts.activity("a3"),
        ],
        [documents.told(50, "a1", 1), documents.told(100, "a2", 2)],
    )
    reported = told(plan)["commitments"][0]["reported"]
    assert (reported["floor"], reported["informed_mean"]) == (50.0, 75.0)
    assert (reported["informed"], reported["total"], reported["missing"]) == (2, 3, 1)
    assert reported["percent"] == 50.0
    assert told(plan)["commitments"][0]["validated"]["percent"] is None


def test_an_aggregate_is_completed_on_the_last_day_of_its_items_when_all_are_complete_and_dated():
    nodes = [facts.commitment(), facts.milestone(), facts.activity("a1"), facts.activity("a2")]
    reports = [
        documents.told(100, "a1", 1, completed="2020-01-05"),
        documents.told(100, "a2", 2, completed="2020-02-01"),
    ]
    commitment = told(facts.plan(nodes, reports))["commitments"][0]
    assert commitment["reported"]["completed_on"] == "2020-02-01"
    undated = told(facts.plan(nodes, [reports[0], documents.told(100, "a2", 2)]))["commitments"][0]
    assert undated["reported"]["completed_on"] is None


def test_a_withdrawn_item_is_out_of_the_figure_and_in_the_one_beside_it():
    nodes = [
        facts.commitment(),
        facts.milestone(),
        facts.activity("a1"),
        facts.activity("a2", withdrawn_on=facts.day("2020-01-01")),
    ]
    reports = [documents.told(100, "a1", 1), documents.told(0, "a2", 2, on="2019-12-01")]
    reported = told(facts.plan(nodes, reports))["commitments"][0]["reported"]
    assert (reported["floor"], reported["floor_with_withdrawn"]) == (100.0, 50.0)


def test_only_the_items_of_an_institution_are_kept_and_the_figures_stay_the_items_own():
    whole, part = told(documents.rich_plan()), told(documents.rich_plan(), institution=SCEP)
    labels = [a["label"] for a in part["commitments"][0]["milestones"][0]["activities"]]
    assert labels == ["1.2", "1.3", "1.4"]
    assert part["commitments"][0]["reported"] == whole["commitments"][0]["reported"]
    assert [c["number"] for c in part["commitments"]] == [10]


def test_an_institution_that_reported_without_a_part_takes_part():
    labels = [
        a["label"]
        for a in told(documents.rich_plan(), institution=INAP)["commitments"][0]["milestones"][0][
            "activities"
        ]
    ]
    assert "1.4" in labels


def test_an_institution_without_an_acronym_goes_by_its_name():
    tree = told(documents.rich_plan(), institution=MUNICIPALITIES)
    assert activity(tree, "6")["roles"] == [
        {"institution": "Gobiernos locales priorizados", "role": "coordinator"}
    ]


def test_the_zone_of_days_changes_no_figure():
    east = timezone(timedelta(hours=9))
    assert told(documents.rich_plan(), zone=east) == told(documents.rich_plan())
