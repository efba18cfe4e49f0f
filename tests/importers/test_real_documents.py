"""The office's own files give exactly what they say; built files test the same traps elsewhere."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.importers.workbooks import codes, roles, spans
from tests.support.shared import shared_file
from tracker.domain.plans import Continuity
from tracker.domain.schedule import Frequency, occurrences
from tracker.importers.progress import read_progress
from tracker.importers.proposals import ActivityProposal, CommitmentProposal, Level, PlanProposal
from tracker.importers.template import read_template
from tracker.importers.workplan import read_workplan


@pytest.fixture(scope="module")
def ten() -> PlanProposal:
    return read_workplan(shared_file("data", "plan-de-trabajo-compromiso-10.xlsx").read_bytes())


@pytest.fixture(scope="module")
def nineteen() -> PlanProposal:
    return read_workplan(shared_file("data", "plan-de-trabajo-compromiso-19.xlsx").read_bytes())


@pytest.fixture(scope="module")
def template() -> PlanProposal:
    return read_template(shared_file("data", "plantilla-compromiso-10.docx").read_bytes())


def commitment(proposal: PlanProposal) -> CommitmentProposal:
    (one,) = proposal.commitments
    return one


def activity(proposal: PlanProposal, label: str) -> ActivityProposal:
    (one,) = [
        one for each in commitment(proposal).milestones for one in each.activities if one.label == label
    ]
    return one


def test_commitment_ten_has_seven_milestones_and_thirty_three_activities(ten: PlanProposal) -> None:
    assert [len(one.activities) for one in commitment(ten).milestones] == [5, 2, 4, 3, 3, 6, 10]
    assert [one.label for one in commitment(ten).milestones] == list("1234567")
    assert [one.label for one in commitment(ten).milestones[6].activities] == [f"7.{n}" for n in range(1, 11)]


def test_the_head_of_commitment_ten(ten: PlanProposal) -> None:
    one = commitment(ten)
    assert (one.number, one.title, one.plan_number, one.plan_years) == (
        10,
        "Gobiernos Locales",
        4,
        (2018, 2020),
    )
    assert spans(one) == [("2018-11-01", "2020-08-30")]
    assert one.financial_centavos == ((4_900_000, "SEGEPLAN"),)
    assert [one for one, _ in roles(one)] == [
        "INFOM",
        "ANAM",
        "SCEP",
        "INAP",
        "SEGEPLAN",
        "GPAT",
        "CGC",
        "SENACYT",
    ]
    assert {"description", "responsible_text", "other_actors", "human_resources_text"} <= set(one.fields)


def test_commitment_nineteen_has_one_activity_without_milestone_or_dates(nineteen: PlanProposal) -> None:
    one = commitment(nineteen)
    assert (one.number, one.axis_number, one.milestones) == (19, 10, [])
    (only,) = one.activities
    assert (only.number, only.label, only.windows) == (6, "6", ())
    assert roles(only) == [
        ("SESAN", "lead"),
        *((name, "co_responsible") for name in ("MSPAS", "MAGA", "MIDES", "ANAM", "INFOM")),
    ]
    (finding,) = nineteen.findings
    assert (finding.level, finding.code, finding.cell, finding.node_key) == (
        Level.DOUBT,
        "no-period",
        "B7",
        "19/6",
    )


def test_no_real_file_has_an_error(ten: PlanProposal, nineteen: PlanProposal, template: PlanProposal) -> None:
    found = [*ten.findings, *nineteen.findings, *template.findings]
    assert [one for one in found if one.level is Level.ERROR] == []


def test_two_windows_of_three_one(ten: PlanProposal) -> None:
    assert spans(activity(ten, "3.1")) == [("2019-01-01", "2019-03-31"), ("2020-01-01", "2020-03-31")]


def test_means_of_one_one_and_one_two(ten: PlanProposal) -> None:
    assert [len(activity(ten, label).means) for label in ("1.1", "1.2", "6.1", "6.2", "7.7")] == [
        4,
        6,
        2,
        2,
        2,
    ]


def test_merged_cells_reach_two_one_and_two_two(ten: PlanProposal) -> None:
    one, two = activity(ten, "2.1"), activity(ten, "2.2")
    assert one.product is not None
    assert one.product == two.product
    assert one.means == two.means
    assert len(one.means) == 1


AREAS = {"MINEDUC", "MSPAS", "MINGOB", "MARN", "MAGA", "MICIVI", "MINECO", "MICUDE"}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("1.3", {"coordinator": {"SCEP"}, "co_responsible": AREAS}),
        ("1.5", {"coordinator": {"SCEP"}, "co_responsible": {"INAP", "INFOM", "SEGEPLAN", "MINFIN"}}),
    ],
)
def test_parts_of_activities(ten: PlanProposal, label: str, expected: dict[str, set[str]]) -> None:
    found: dict[str, set[str]] = {}
    for name, role in roles(activity(ten, label)):
        found.setdefault(role, set()).add(name)
    assert found == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, [("SCEP", "lead")]),
        (2, [("SEGEPLAN", "lead")]),
        (
            3,
            [
                ("INAP", "lead"),
                ("INFOM", "collaborator"),
                ("ANAM", "collaborator"),
                ("GPAT", "co_responsible"),
            ],
        ),
        (4, [("INFOM", "lead")]),
        (5, [("ANAM", "lead"), ("INFOM", "lead"), ("GPAT", "co_responsible")]),
        (6, [("CGC", "lead")]),
        (
            7,
            [
                *(("INFOM", "coordinator"), ("ANAM", "coordinator"), ("SENACYT", "collaborator")),
                *(("INAP", "collaborator"), ("GPAT", "collaborator")),
                ("Gobiernos Locales priorizados", "collaborator"),
            ],
        ),
    ],
)
def test_parts_of_milestones_are_left_to_their_activities_to_inherit(
    ten: PlanProposal, number: int, expected: list[tuple[str, str]]
) -> None:
    milestone = commitment(ten).milestones[number - 1]
    assert roles(milestone) == expected
    if number > 1:
        assert all(one.roles == () for one in milestone.activities)


def test_every_institution_is_one(ten: PlanProposal, nineteen: PlanProposal, template: PlanProposal) -> None:
    names: dict[str, set[str]] = {}
    for proposal in (ten, nineteen, template):
        one = commitment(proposal)
        items = [one, *one.milestones, *one.activities, *(a for m in one.milestones for a in m.activities)]
        for role in (role for item in items for role in item.roles):
            mention = role.institution
            names.setdefault(mention.acronym or mention.name, set()).add(mention.name)
    assert all(len(found) == 1 for found in names.values())
    assert len(names) == 21


def test_the_monthly_publication_has_sixteen_occurrences(ten: PlanProposal) -> None:
    four = commitment(ten).milestones[3]
    assert four.frequency is Frequency.MONTHLY
    assert len(occurrences(four.windows, four.frequency)) == 16
    items = [*commitment(ten).milestones, *(a for m in commitment(ten).milestones for a in m.activities)]
    assert [one.label for one in items if one.frequency] == ["4"]


def test_doubts_of_commitment_ten(ten: PlanProposal) -> None:
    assert Counter(codes(ten.findings)) == {
        "institution-guessed": 8,
        "means-split-doubt": 3,
        "quantity-ambiguous": 3,
        "role-guessed": 2,
        "quantity-possible": 1,
        "frequency-guessed": 1,
    }
    assert all(one.sheet and one.cell and one.node_key for one in ten.findings)


def test_the_template_gives_other_dates_and_parts_as_a_draft(template: PlanProposal) -> None:
    one = commitment(template)
    assert (template.source_version, template.is_draft) == ("7-11-2018", True)
    assert one.number == 10
    assert one.title.startswith("Fortalecimiento de herramientas y capacidades técnicas a gobiernos locales")
    assert spans(one) == [("2018-11-01", "2020-08-30")]
    assert roles(one)[0] == ("INFOM", "coordinator")
    assert one.ogp_values == ("transparency", "participation", "accountability", "innovation")
    assert set(one.contact) == {"contact_names", "contact_posts", "contact_channels"}
    assert {
        "problem",
        "description",
        "contribution",
        "relevance",
        "additional_information",
        "public_actors",
    } <= set(one.fields)
    assert [one.continuity for one in one.milestones] == [Continuity.NEW] * 5 + [Continuity.IN_PROGRESS] * 2
    assert spans(one.milestones[1]) == [("2019-01-01", "2020-08-31")]
    assert ("INFOM", "collaborator") in roles(one.milestones[1])
    assert ("MINFIN", "collaborator") in roles(one.milestones[1])


def test_the_claims_of_the_final_report() -> None:
    proposal = read_progress(shared_file("data", "avances-infom-2020-08-28.csv").read_bytes())
    assert proposal.findings == []
    assert len(proposal.claims) == 24
    assert {one.institution.acronym for one in proposal.claims} == {"INFOM"}
    assert Counter(one.percent for one in proposal.claims) == {Decimal("100.00"): 23, None: 1}
    (narrative,) = [one for one in proposal.claims if one.percent is None]
    assert (narrative.milestone, narrative.activity, bool(narrative.narrative)) == ("6", "", True)
    (portals,) = [one for one in proposal.claims if one.links]
    assert (portals.milestone, portals.activity, len(portals.links)) == ("7", "9", 8)
    (dated,) = [one for one in proposal.claims if one.completed_on]
    assert (dated.milestone, dated.activity, str(dated.completed_on)) == ("2", "2", "2020-08-28")
