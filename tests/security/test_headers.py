"""What every answer says to the browser, and that public pages neither read nor set a cookie."""

from __future__ import annotations

import pytest

from tests.support.addresses import every_address
from tests.support.client import PageClient
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tests.support.factories.targets import record_year
from tests.support.snapshots import remembered
from tracker.domain.permissions import AccountRole, can

# Public by rule, and yet with a form of their own: each with its reason.
WITH_COOKIE = {"accounts.sign_in": "the form's token stands in the session"}
# They lead to another address, or answer for one that is asked for.
LEAD_ELSEWHERE = {"portal.choose_day", "portal.permanent", "portal.oembed"}
# No two are the same, whoever asks.
TIMED = {"citizens.observe": "the form's signed token says when the page was made"}
ALONE = {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}


@remembered
def make_public():
    scene = make_scene(axes=1)
    scene.validated(percent=60)
    record_year(scene.made.lead, NOW)
    return scene, make_table().called()


@pytest.fixture
def told(app):
    with app.app_context():
        return make_public()


@pytest.fixture
def scene(told):
    return told[0]


def subjects(scene):
    """What is public of each subject in other forms than a page."""
    places = {
        "plan": {"number": 4},
        "commitment": {"uid": scene.made.commitments[0].uid},
        "activity": {"uid": scene.activity.uid},
        "institution": {"number": 4, "slug": scene.made.lead.slug},
    }
    media = ("card", "embed", "feed", "calendar")
    return {f"portal.{kind}_{one}": place for kind, place in places.items() for one in media}


@pytest.fixture
def public(app, told):
    """Every public address, of things that exist."""
    scene, meeting = told
    day = TODAY.isoformat()
    known = {
        "portal.plan": {"number": 4},
        "portal.past_plan": {"number": 4, "day": day},
        "portal.past_commitment": {"number": 4, "commitment": 1, "day": day},
        "portal.past_activity": {"uid": scene.activity.uid, "day": day},
        "portal.amendments": {"number": 4},
        "portal.assessments": {"number": 4},
        "portal.assessments_csv": {"number": 4},
        "portal.past_assessments": {"number": 4, "day": day},
        "portal.versions": {"number": 4},
        "portal.table_meeting": {"uid": meeting},
        "portal.targets_of": {"slug": scene.made.lead.slug, "year": 2023},
        "portal.data_columns": {"name": "plans"},
        "portal.activities": {"number": 4},
        "portal.timetable": {"number": 4},
        "portal.institutions": {"number": 4},
        "portal.commitment": {"number": 4, "commitment": 1},
        "portal.institution": {"number": 4, "slug": scene.made.lead.slug},
        "portal.activity": {"uid": scene.activity.uid},
        **subjects(scene),
    }
    return [one for one in every_address(app, known) if one.is_public and one.method == "GET"]


_ANSWERS = {}


@pytest.fixture
def answers(app, scene, public, client):
    """One answer of every address, as somebody who may open it, and of each kind of error; asked for once."""
    if scene.made.uid not in _ANSWERS:
        _ANSWERS[scene.made.uid] = ask_for_all(app, public, client)
    return _ANSWERS[scene.made.uid]


def ask_for_all(app, public, client):
    with app.app_context():
        people = [make_user(role, institution="INFOM") for role in AccountRole]
        actors = {who.email: actor_of(who) for who in people}
    clients = {email: PageClient(app).sign_in(email) for email in actors}
    found = {str(address): address.ask(client) for address in public}
    for address in every_address(app):
        if not address.is_public and address.method == "GET":
            email = next(email for email, actor in actors.items() if can(actor, address.permission))
            found[str(address)] = address.ask(clients[email])
    liaison = next(email for email, actor in actors.items() if actor.role is AccountRole.LIAISON)
    found["400"] = clients[liaison].http.post("/salir")
    found["403"] = clients[liaison].http.get("/revision")
    found["404"] = client.http.get("/no/existe")
    found["405"] = client.http.put("/metodologia")
    found["static"] = client.http.get("/static/no-existe.css")
    return found


def test_errors_are_what_they_say(answers):
    assert [answers[code].status_code for code in ("400", "403", "404")] == [400, 403, 404]


def test_a_policy_without_inline_code_stands_on_every_answer(app, answers, public):
    embeds = {str(one) for one in public if one.endpoint.endswith("_embed")}
    assert embeds <= answers.keys()
    wrong = []
    for name, answer in answers.items():
        policy = answer.headers.get("Content-Security-Policy", "")
        if name in embeds:  # the only pages that may be framed, and what they may not is more
            policy = policy.replace("frame-ancestors *", "frame-ancestors 'none'").replace(
                "form-action 'none'", "form-action 'self'"
            )
        directives = {one.strip() for one in policy.split(";")}
        sandboxed = "sandbox" in directives  # a download is stricter still
        if "unsafe" in policy or "*" in policy or not (directives >= ALONE or sandboxed):
            wrong.append(f"{name}: {policy}")
    assert wrong == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", {"nosniff"}),
        ("Referrer-Policy", {"same-origin", "no-referrer"}),
        ("Cross-Origin-Opener-Policy", {"same-origin"}),
    ],
)
def test_a_browser_is_told_to_guess_and_to_share_nothing(answers, header, value):
    assert [name for name, answer in answers.items() if answer.headers.get(header) not in value] == []


def test_no_answer_says_which_program_gave_it(answers):
    assert [name for name, answer in answers.items() if "X-Powered-By" in answer.headers] == []


def test_what_needs_an_account_is_kept_by_nobody(app, answers):
    guarded = {str(one) for one in every_address(app) if not one.is_public}
    kept = {
        name: answers[name].headers.get("Cache-Control")
        for name in guarded & answers.keys()
        if "no-store" not in answers[name].headers.get("Cache-Control", "")
    }
    assert kept == {}


def test_public_pages_set_no_cookie(client, public):
    for address in public:
        if address.endpoint not in WITH_COOKIE:
            answer = client.http.get(address.url)
            assert "Set-Cookie" not in answer.headers, str(address)
            assert "Cookie" not in answer.headers.get("Vary", ""), str(address)


def test_public_pages_are_the_same_whoever_asks(app, scene, public, client):
    with app.app_context():
        who = make_user("contact_point")
    insider = PageClient(app).sign_in(who.email)
    for address in public:
        if address.endpoint not in {*WITH_COOKIE, *TIMED}:
            told = [one.http.get(address.url) for one in (client, insider)]
            assert told[0].data == told[1].data, str(address)
            assert "Set-Cookie" not in told[1].headers, str(address)


def test_every_public_page_of_the_plan_opens(client, public):
    opened = {
        one.endpoint: client.http.get(one.url).status_code
        for one in public
        if one.endpoint.startswith("portal.") and one.endpoint not in LEAD_ELSEWHERE
    }
    assert {name: status for name, status in opened.items() if status != 200} == {}
