"""Only what is published is public: nothing else comes out by id, filter, search, cursor or field."""

from __future__ import annotations

import pytest

from tests.support.factories.accounts import actor_of
from tests.support.factories.api import headers, make_api_token
from tests.support.factories.plans import make_plan
from tests.support.factories.reports import RESERVE, evidence_of
from tests.support.factories.stories import HIDDEN, publish, unpublish
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationStatus
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport

API = "/api/v1"
LISTS = (
    *("plans", "plans/4/commitments", "activities", "institutions", "progress", "evidence"),
    *("targets", "reports", "meetings", "agreements"),
)


def _story(scene):
    """In one plan what is not public of its reports; another plan that is not public at all."""
    today, (first, second, third, fourth) = clock.today(), scene.made.activities[:4]
    open_draft = scene.draft(first, 11, narrative=HIDDEN, today=today)
    waiting = scene.submitted(second, 22, narrative=HIDDEN, today=today)
    back = scene.give_back(scene.submitted(third, 33, narrative=HIDDEN, today=today), HIDDEN, today=today)
    taken = scene.draft(fourth, 44, narrative="Se hizo.", today=today)
    reserved = scene.link(
        taken, fourth.means, today=today, **RESERVE | {"title": HIDDEN, "url": f"https://x.gt/{_WORD}"}
    )
    refused = scene.link(taken, today=today, title=HIDDEN, url=f"https://y.gt/{_WORD}")
    scene.submit(taken, today=today)
    scene.validate(taken, accepted=set(evidence_of(taken)) - {refused}, today=today)
    with transaction():
        report = db.session.query(ProgressReport).filter_by(uid=waiting).one()
        in_review = report.evidence[0].uid
    ready = publish(scene, status=CompilationStatus.READY, published_at=None, series_key="otra")
    other = make_plan(number=9, today=today)
    unpublish(9)
    nodes = [one.uid for one in db.session.query(PlanNode).filter(PlanNode.plan_id == other.id)]
    return {
        "secret": [open_draft, back, refused, in_review, ready, *nodes],
        "waiting": waiting,
        "reserved": reserved,
        "draft": open_draft,
    }


_WORD = "secreto-de-estado"


@pytest.fixture
def work(app):
    return make_work(app, _story, activities_per_milestone=4)


def callers(work):
    """Nobody, and everybody there is, signed in or with a token: the public part is the same for all."""
    yield work.app.test_client(), {}
    for who in work.people:
        yield work.client(who).http, {}
    for who in ("liaison", "helper", "contact"):
        scopes = ("progress:read",) if who == "contact" else ("progress:read", "progress:write")
        yield work.app.test_client(), headers(make_api_token(work, who, scopes=scopes))


def test_what_is_not_published_comes_out_by_no_way(work):
    secrets = work.told["secret"]
    first = None
    for http, given in callers(work):

        def ask(path, http=http, given=given):
            return http.get(f"{API}/{path}", headers=given)

        for uid in secrets if first is None else secrets[:5]:
            for place in ("commitments", "activities", "progress", "evidence", "meetings"):
                assert ask(f"{place}/{uid}").status_code == 404
        assert {
            ask(path).status_code for path in ("plans/9", "plans/9/commitments", "activities?plan=9")
        } == {404}
        every = {path: ask(f"{path}?limit=500").get_data(as_text=True) for path in LISTS}
        told = "".join(every.values())
        assert not [uid for uid in secrets if uid in told]
        assert HIDDEN not in told
        assert _WORD not in told
        first = first or every
        assert every == first
    assert ask(f"activities?q={HIDDEN}").get_json()["data"] == []
    for query in (
        *(f"progress?activity={uid}" for uid in secrets),
        *(f"evidence?activity={uid}" for uid in secrets),
        *(f"activities?commitment={uid}" for uid in secrets),
        *(f"progress?commitment={uid}" for uid in secrets),
    ):
        assert ask(query).get_json()["data"] == []
    for field in ("narrative", "contact_names", "author", "signed_name", "comment", "filename"):
        answer = ask(f"progress?fields={field}")
        assert HIDDEN not in answer.get_data(as_text=True)
        assert answer.status_code == (200 if field == "narrative" else 422)


def test_of_what_waits_and_of_what_is_reserved_only_the_rule_s_part_is_told(app, work):
    http = app.test_client()
    waiting = http.get(f"{API}/progress/{work.told['waiting']}").get_json()
    told = [waiting[name] for name in ("percent", "reviewed", "narrative", "evidence")]
    assert told == [22, False, "", []]
    reserved = http.get(f"{API}/evidence/{work.told['reserved']}").get_json()
    assert (reserved["access"], reserved["title"], reserved["link"], reserved["file"]) == (
        "reserved",
        "",
        "",
        "",
    )
    assert reserved["resolution_number"] == "12-2026"


def test_a_day_gone_by_and_a_cursor_tell_no_more(app, work):
    http = app.test_client()
    day, seen, path = work.today, "", f"{API}/activities?limit=1&as_of={work.today}"
    while path:
        answer = http.get(path).get_json()
        seen += str(answer["data"])
        path = answer["next"]
    for path in ("plans/4", "plans/4/commitments", "progress", "evidence", f"activities/{work.activity.uid}"):
        seen += http.get(f"{API}/{path}?as_of={day}").get_data(as_text=True)
    assert not [uid for uid in work.told["secret"] if uid in seen]
    assert HIDDEN not in seen


def test_a_token_reads_the_reports_of_its_own_institution_and_no_other_s(app, work):
    def uids(who, **more):
        token = make_api_token(work, who, scopes=("progress:read",), **more)
        answer = app.test_client().get(f"{API}/submissions?limit=500", headers=headers(token)).get_json()
        return {one["uid"] for one in answer["data"]}, token

    own, _token = uids("liaison")
    assert {work.told["draft"], work.told["waiting"]} <= own
    theirs, token = uids("helper")
    assert theirs == set()
    for uid in own:
        assert app.test_client().get(f"{API}/submissions/{uid}", headers=headers(token)).status_code == 404
    # The contact point reads what was handed in, never a draft; of one institution where the token is its.
    handed_in, _token = uids("contact")
    assert handed_in == own - {work.told["draft"]}
    of_helper, _token = uids("contact", institution=work.made.helper.uid)
    assert of_helper == set()
    with app.app_context():
        assert actor_of(work.people["contact"], work.today).institution_ids == frozenset()
