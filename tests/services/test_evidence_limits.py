"""How much evidence fits: an institution's quota in distinct bytes, and the items of a report."""

from __future__ import annotations

import pytest

from tests.support.factories.reports import PDF, evidence_of, make_scene, nothing_written
from tracker.domain.errors import DomainError
from tracker.services.evidence_limits import Limits, used_bytes

ROOM = Limits(2 * len(PDF) + 10, 0)
OTHER, THIRD = PDF + b"2", PDF + b"3"


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=2)


def test_up_to_its_quota_an_institution_keeps_what_it_hands_in(scene):
    report = scene.draft(answers=())
    scene.file(report, limits=ROOM)
    scene.file(report, data=OTHER, limits=ROOM)
    with pytest.raises(DomainError, match="evidence-quota-reached") as refused, nothing_written():
        scene.file(report, data=THIRD, limits=ROOM)
    assert refused.value.field == "files"
    assert used_bytes(scene.made.lead.id) == 2 * len(PDF) + 1


def test_the_same_bytes_count_once(scene):
    report = scene.draft(answers=())
    tight = Limits(len(PDF), 0)
    scene.file(report, limits=tight)
    scene.file(report, name="copia.pdf", limits=tight)
    scene.file(scene.draft(scene.made.activities[1], answers=()), limits=tight)


def test_a_link_takes_no_room(scene):
    scene.link(scene.draft(answers=()), limits=Limits(1, 0))


def test_each_institution_has_its_own(scene):
    tight = Limits(len(PDF), 0)
    scene.file(scene.draft(answers=()), limits=tight)
    scene.file(scene.draft(actor=scene.helper, answers=()), actor=scene.helper, limits=tight)


def test_without_a_quota_everything_fits(scene):
    scene.file(scene.draft(answers=()), limits=Limits(0, 0))


def test_a_report_holds_so_many_items(scene):
    report, few = scene.draft(answers=()), Limits(0, 2)
    first = scene.file(report, limits=few)
    scene.link(report, limits=few)
    for add, more in ((scene.file, {"data": OTHER}), (scene.link, {"url": "https://example.gt/otro"})):
        with pytest.raises(DomainError, match="evidence-too-many"), nothing_written():
            add(report, limits=few, **more)
    assert len(evidence_of(report)) == 2
    scene.file(report, data=OTHER, replaces=first, limits=few)
    assert len(evidence_of(report)) == 2
