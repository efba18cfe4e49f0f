"""Only published things are public: all else has a word of its own, said at no public address."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.support.addresses import every_address
from tests.support.client import PageClient
from tests.support.factories import amendments
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import EMAIL, following, plan_ref, send, sent_and_confirmed
from tests.support.factories.compilations import make_compiled
from tests.support.factories.meetings import make_table, minutes_file
from tests.support.factories.plans import NOW, make_plan
from tests.support.factories.reports import RESERVE, evidence_of, make_scene, stalled
from tests.support.factories.search import refresh
from tracker.db import db, transaction
from tracker.domain.evidence import Access
from tracker.domain.permissions import SYSTEM, AccountRole, can
from tracker.domain.plans import PlanStatus
from tracker.mirror.reading import LIVE_BLUEPRINTS, Site, read
from tracker.models.accounts import User
from tracker.models.plans import Commitment
from tracker.models.progress import ProgressReport
from tracker.services import meetings
from tracker.services import reports as report_services
from tracker.services.evidence import remove_item
from tracker.services.webhooks import Reach, Wanted, register_webhook

VISIBLE = "visiblevalidado"
# Words that nobody would write, one for each thing that is not public.
DRAFT_PLAN = "ocultoplan"
DRAFT_REPORT = "ocultoborrador"
IN_REVIEW = "ocultoenrevision"
RETURNED = "ocultodevuelto"
OBSTACLE = "ocultoobstaculo"
REPLACED = "ocultoreemplazado"
CONFIDENTIAL = "ocultoconfidencial"
RESERVED = "ocultoreservado"
AMENDED = "ocultoenmienda"
COMMENT = "ocultocomentario"
CONTACT = "ocultocontacto"
MINUTES = "ocultoacta"
OBSERVED = "ocultoobservado"
UNCONFIRMED = "ocultosinconfirmar"
PERSON = "Ocultapersona"
SYSTEM_NAME = "ocultosistema"
WORDS = {
    *(DRAFT_PLAN, DRAFT_REPORT, IN_REVIEW, RETURNED, OBSTACLE, REPLACED, CONFIDENTIAL, RESERVED, AMENDED),
    *(
        COMMENT,
        CONTACT,
        MINUTES,
        OBSERVED,
        UNCONFIRMED,
        PERSON,
        SYSTEM_NAME,
        EMAIL,
        "Ana Secreta",
        "@example.test",
    ),
}


@dataclass
class Hidden:
    """What is there and not public, by the names that addresses give it."""

    number: int
    activity: str
    """Of the published plan: its page is public."""
    uids: dict[str, list[str]] = field(default_factory=lambda: {"evidence": [], "restricted": []})
    """Ids that no public address answers to, by what they are of."""
    slug: str = ""


def make_hidden() -> Hidden:
    """A published plan with something of everything that is not, and a plan that is being written."""
    scene = make_scene(activities_per_milestone=5)
    one, two, three, four, five = scene.made.activities
    found = Hidden(scene.made.number, one.uid)
    evidence, restricted = found.uids["evidence"], found.uids["restricted"]
    first = scene.draft(one, 50, narrative=REPLACED, answers=())
    evidence.append(scene.link(first, one.means, title=REPLACED, url=f"https://a.example/{REPLACED}"))
    scene.give_back(scene.submit(first), comment=COMMENT)
    second = scene.correct(first)
    with transaction():
        db.session.execute(update(User).values(name=PERSON))
    _drop(scene, evidence_of(second))
    scene.file(second, one.means, name="publico.pdf")
    restricted.append(scene.file(second, one.means, name=f"{CONFIDENTIAL}.pdf", access=Access.CONFIDENTIAL))
    restricted.append(scene.file(second, one.means, name=f"{RESERVED}.pdf", **RESERVE))
    _write(second, VISIBLE)
    scene.validate(scene.submit(second))
    for node, words, end in ((two, IN_REVIEW, None), (three, RETURNED, COMMENT)):
        report = scene.draft(node, 40, narrative=words, answers=())
        evidence.append(scene.link(report, node.means, title=words, url=f"https://a.example/{words}"))
        scene.submit(report)
        if end:
            scene.give_back(report, comment=end)
    draft = scene.draft(four, 30, narrative=DRAFT_REPORT, answers=())
    evidence.append(scene.file(draft, four.means, name=f"{DRAFT_REPORT}.pdf"))
    scene.submit(scene.draft(five, 0, answers=(), **stalled(obstacle=OBSTACLE, needed=OBSTACLE)))
    _of_the_office(scene, found)
    _of_others(scene, found)
    refresh()
    return found


def _drop(scene, evidence):
    """What the version before showed is not shown again."""
    with transaction():
        for uid in evidence:
            remove_item(scene.liaison, evidence_uid=uid, now=scene.clock.next())


def _write(report, words):
    with transaction():
        where = update(ProgressReport).where(ProgressReport.uid == report)
        db.session.execute(where.values(narrative=words))


def _of_the_office(scene, found):
    """An amendment and a report that are not out, a contact that is not public, a plan being written."""
    amendment = amendments.prepare(scene, reason=AMENDED)
    amendments.change(scene, amendment, scene.activity, title=AMENDED)
    compiled = make_compiled(scene.made)
    found.uids["compilation"] = [compiled]
    published = make_compiled(scene.made, formats=("json", "csv", "html", "xlsx"))
    with transaction():
        report_services.approve(SYSTEM, published, "Oficina", now=NOW)
        report_services.publish(SYSTEM, published, now=NOW)
        values = {"contact_names": CONTACT, "contact_posts": CONTACT, "contact_channels": CONTACT}
        db.session.execute(update(Commitment).values(**values))
        wanted = Wanted("https://a.example/", SYSTEM_NAME, ["report.validated"])
        register_webhook(scene.contact, wanted, key="k", reach=Reach(), now=NOW)
    draft = make_plan(9, title=DRAFT_PLAN, status=PlanStatus.DRAFT, lead="OCULTA", helper="OCULTB")
    found.uids["node"] = [one.uid for one in (*draft.commitments, *draft.activities, *draft.milestones)]
    found.uids["node"].append(draft.uid)
    found.slug = "oculta"


def _of_others(scene, found):
    """A meeting's minutes before they are approved, who came, what people said and who follows."""
    table = make_table()
    meeting = table.held()
    with transaction():
        meetings.add_minutes(table.contact, meeting, minutes_file(f"{MINUTES}.pdf"), now=NOW)
    ref = plan_ref(scene.made)
    sent_and_confirmed(ref, f"{OBSERVED} en esta página", name=PERSON)
    send(ref, f"{UNCONFIRMED} en esta página", name=PERSON)
    following(ref)
    with transaction():
        db.session.execute(update(User).values(name=PERSON))


@pytest.fixture
def hidden(app):
    with app.app_context():
        return make_hidden()


def words_in(data: bytes, name: str = "") -> set[str]:
    """Which of the hidden words stand in a file, also packed inside it."""
    told = [name.encode(), data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            told += [packed.read(one) for one in packed.namelist()] + [
                one.encode() for one in packed.namelist()
            ]
    everything = b"\n".join(told).decode("utf-8", "ignore").lower()
    return {word for word in WORDS if word.lower() in everything}


def readable(folder: Path) -> dict[str, set[str]]:
    """Every file with a hidden word in it."""
    files = (one for one in folder.rglob("*") if one.is_file())
    found = {one.relative_to(folder).as_posix(): one for one in files}
    told = {name: words_in(one.read_bytes(), name) for name, one in found.items()}
    return {name: words for name, words in told.items() if words}


def places(app, hidden: Hidden, uid: str) -> dict[str, dict[str, object]]:
    """For every address the hidden plan, the institution that is in no other, and an id."""
    given: dict[str, object] = {"number": 9, "slug": hidden.slug, "uid": uid, "commitment": 1, "year": 2026}
    given |= {"day": "2026-06-10", "format_name": "json"}
    return dict.fromkeys(app.view_functions, given)


def named(app, hidden: Hidden, most: int = 99):
    """Addresses that name what is hidden: ids wherever an id stands, the plan, the institution."""
    uids = [uid for each in hidden.uids.values() for uid in each[-most:]]
    for number, uid in enumerate(uids):
        for address in every_address(app, places(app, hidden, uid)):
            asked = {"uid"} if number else {"uid", "number", "slug"}
            if address.method == "GET" and address.parameters & asked:
                yield address


def test_nobody_reads_finds_or_guesses_anything_else(app, client, hidden, tmp_path):
    found = read(Site(app), tmp_path)
    assert readable(tmp_path) == {}
    assert found.missing == {}
    everything = "".join(one.read_text("utf-8", "ignore") for one in tmp_path.rglob("*.html"))
    assert VISIBLE in everything
    assert "publico.pdf" in everything
    assert len(found.held) > 100
    wrong = []
    for address in named(app, hidden):
        if address.is_public and address.endpoint.partition(".")[0] not in LIVE_BLUEPRINTS:
            answer = client.http.get(address.url, follow_redirects=True)
            # That restricted evidence was accepted is public: its permanent address leads to the activity.
            is_told = address.endpoint == "portal.permanent" and address.url[4:] in hidden.uids["restricted"]
            if answer.status_code not in {404, 410} and not (is_told and not words_in(answer.data)):
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []
    draft = hidden.uids["node"][-1]
    base = app.config["BASE_URL"]
    for said in (
        f"/oembed?url={base}/planes/9",
        f"/seguir?sobre={draft}",
        f"/observaciones/nueva?sobre={draft}",
    ):
        assert words_in(client.http.get(said).data) == set(), said
    nothing_is_found(client)


def nothing_is_found(client):
    """Whatever hidden word is searched or filtered by, the answer is that of a word which stands nowhere."""
    for path in ("/buscar?q={}", "/planes/4?q={}", "/planes/4/actividades?q={}"):
        nothing = client.http.get(path.format("nadaquehallar")).get_data(as_text=True)
        for word in sorted(WORDS - {"Ana Secreta", "@example.test", EMAIL}):
            answer = client.http.get(path.format(word)).get_data(as_text=True)
            assert answer.replace(word, "nadaquehallar") == nothing, (path, word)
    assert VISIBLE in client.http.get(f"/buscar?q={VISIBLE}").get_data(as_text=True)


# What each role may not read, beside what nobody but its author may: a draft.
OFFICE = {DRAFT_PLAN, AMENDED, SYSTEM_NAME}
WORDS_OF_INFOM = {IN_REVIEW, RETURNED, OBSTACLE, REPLACED, CONFIDENTIAL, RESERVED, COMMENT}
UNREAD = {OBSERVED, UNCONFIRMED, EMAIL}
NOT_FOR = {
    AccountRole.LIAISON: OFFICE | WORDS_OF_INFOM | UNREAD,
    AccountRole.INSTITUTION_HEAD: OFFICE | WORDS_OF_INFOM | UNREAD,
    AccountRole.TABLE_MEMBER: {RESERVED, SYSTEM_NAME, DRAFT_PLAN, UNCONFIRMED, EMAIL},
    AccountRole.AUDITOR: {EMAIL},
    AccountRole.CONTACT_POINT: {UNCONFIRMED},
    AccountRole.ADMIN: WORDS_OF_INFOM | {OBSERVED, UNCONFIRMED, CONTACT, AMENDED},
}


def test_no_role_reads_what_is_not_for_it(app, hidden):
    leaked = []
    addresses = [one for one in every_address(app) if one.method == "GET" and not one.parameters]
    addresses += named(app, hidden, most=1)
    for role, words in NOT_FOR.items():
        with app.app_context():
            own = "CGC" if role in {AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD} else None
            who = make_user(role, institution=own)
            actor = actor_of(who)
        client = PageClient(app).sign_in(who.email)
        for address in addresses:
            if not address.is_public and can(actor, address.permission):
                answer = address.ask(client)
                leaked += [
                    f"{role.value}: {address}: {word}"
                    for word in words_in(answer.data) & (words | {DRAFT_REPORT})
                    if answer.status_code == 200
                ]
    assert sorted(leaked) == []
