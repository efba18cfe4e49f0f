"""Webhooks to a real server: told in the transaction of the fact, signed, again after a failure, given up."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event as Stop

import pytest
from sqlalchemy import select, update

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import make_compiled, make_reported_plan
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene, report_row
from tracker import clock
from tracker.db import db, rehearsal, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.notifications import Event
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.domain.webhooks import BOTH_VALID, DeliveryStatus, Reach, WebhookEvent, WebhookStatus, sign
from tracker.jobs.retention import retention
from tracker.jobs.run import Run
from tracker.jobs.webhooks import messages_are_waiting, send_webhooks
from tracker.models.audit import AuditEvent
from tracker.models.notices import Notice, NoticeStatus
from tracker.models.plans import ActionPlan
from tracker.models.webhooks import WebhookDelivery, WebhookEndpoint
from tracker.queries import webhooks as queries
from tracker.services import reports as report_services
from tracker.services import reviews
from tracker.services import webhooks as services
from tracker.services.mail import BACK_OFF
from tracker.services.overdue import flag_plan
from tracker.services.webhook_outbox import announce_decisions
from tracker.services.webhooks import Wanted

KEY = "clave de la instalación"
EVERY = tuple(one.value for one in WebhookEvent)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status, headers, answer = self.server.answers.get(self.path, (204, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - the name that the library calls

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as httpd:
        httpd.got, httpd.answers = [], {}
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        httpd.host = f"127.0.0.1:{httpd.server_port}"
        httpd.reach = Reach(allow_http=True, hosts={httpd.host})
        yield httpd
        httpd.shutdown()
        thread.join()


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


@pytest.fixture
def at(scene, server):
    """Register an address of the server; gives its uid and secret."""

    def register(path="/aviso", **more):
        wanted = Wanted(**{"url": f"http://{server.host}{path}", "name": path, "events": EVERY, **more})
        with transaction():
            made, secret = services.register_webhook(
                scene.contact, wanted, key=KEY, reach=server.reach, now=NOW
            )
            return made.uid, secret

    return register


@pytest.fixture
def send(app_context, server):
    def run(**more):
        given = {"SECRET_KEY": KEY, "BASE_URL": "https://cumple.example", "WEBHOOK_SECONDS": 5}
        given |= {"WEBHOOK_HOSTS_ALLOWED": server.host, **more}
        return send_webhooks(Run(TODAY, TODAY, TODAY, {**app_context.config, **given}, Stop()))

    return run


def deliveries():
    db.session.expire_all()
    return list(db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def endpoint(uid):
    db.session.expire_all()
    return db.session.scalar(select(WebhookEndpoint).where(WebhookEndpoint.uid == uid))


def due_again():
    """Bring every waiting message's turn."""
    with transaction():
        db.session.execute(update(WebhookDelivery).values(next_attempt_at=NOW))


def tags(*wanted):
    return [
        one for one in db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.seq)) if one in wanted
    ]


def test_decisions_are_told_with_public_facts_alone_signed_and_once(scene, server, at, send):
    _uid, secret = at()
    scene.validate(scene.submitted(percent=50, narrative="Palabras del informe."), comment="Bien hecho.")
    report = scene.submitted(scene.made.activities[1], 40)
    scene.give_back(report, comment="Falta el acta firmada.")
    assert send() == {"delivered": 2, "postponed": 0, "failed": 0}
    assert send() == {"delivered": 0, "postponed": 0, "failed": 0}
    (_path, headers, body), returned = server.got[0], json.loads(server.got[1][2])
    told = json.loads(body)
    item = scene.activity
    assert told["type"] == "report.validated"
    assert told["data"]["item"]["uid"] == item.uid
    assert (told["data"]["percent"], told["data"]["status"]) == (50.0, "validated")
    assert told["data"]["plan"] == {"number": scene.made.number}
    assert told["data"]["url"] == f"https://cumple.example/id/{item.uid}"
    assert (returned["type"], returned["data"]["status"]) == ("report.returned", "returned")
    everything = b"".join(one[2] for one in server.got).decode()
    for private in ("Palabras del informe", "Bien hecho", "Falta el acta", "portal.example.gt", "@"):
        assert private not in everything
    (first, _second) = deliveries()
    at_ = clock.now().fromtimestamp(int(headers["webhook-timestamp"]), NOW.tzinfo)
    assert headers["webhook-id"] == first.uid
    assert sign([secret], first.uid, at_, body)["webhook-signature"] == headers["webhook-signature"]
    assert headers["Content-Type"] == "application/json"
    assert (first.status, first.http_status) == (DeliveryStatus.DELIVERED, 204)


def test_a_fact_that_is_not_committed_is_told_to_nobody(scene, at):
    at()
    report = scene.submitted(percent=50)
    with rehearsal():
        given = {"report_uid": report, "now": scene.clock.next(), "today": TODAY}
        reviews.return_report(scene.contact, comment="Falta.", **given)
        assert messages_are_waiting(clock.now())
    assert deliveries() == []
    assert not messages_are_waiting(clock.now())


def test_each_address_gets_what_it_asked_for_of_plans_that_are_public(scene, at):
    helper = scene.made.helper
    with_plan, of_helper = at("/plan", plan=scene.made.number)[0], at("/otra", institution_uid=helper.uid)[0]
    at("/vencido", events=["item.overdue"])
    decided = scene.validated(percent=50)
    told = [(one.endpoint.uid, one.event) for one in deliveries()]
    assert told == [(with_plan, "report.validated")]
    late = date(2027, 1, 3)
    with transaction():
        flag_plan(scene.made.id, on=late, today=late, now=NOW)
    overdue = [one for one in deliveries() if one.event == WebhookEvent.OVERDUE]
    assert {one.endpoint.name for one in overdue} == {"/plan", "/vencido", "/otra"}
    assert (overdue[0].data["days_late"], overdue[0].data["due_on"]) == (3, "2026-12-31")
    assert of_helper in {one.endpoint.uid for one in overdue}
    before = len(overdue)
    with transaction():
        db.session.execute(update(ActionPlan).values(status=PlanStatus.DRAFT))
    row = report_row(decided)
    with transaction():
        announce_decisions([db.session.merge(row)], now=NOW)
    assert len([one for one in deliveries() if one.event == WebhookEvent.OVERDUE]) == before
    assert [one.event for one in deliveries()].count(WebhookEvent.VALIDATED) == 1


def test_a_published_report_is_told_with_its_hash_and_page(scene, at, send, server):
    at()
    uid = make_compiled(make_reported_plan(9))
    with transaction():
        report_services.approve(SYSTEM, uid, "Oficina", now=NOW)
        report_services.publish(scene.contact, uid, now=NOW)
    send()
    told = json.loads(server.got[-1][2])
    assert told["type"] == "compilation.published"
    assert told["data"]["url"] == f"https://cumple.example/informes#informe-{uid}"
    assert len(told["data"]["sha256"]) == 64


def test_what_failed_is_tried_again_later_and_later_under_the_same_id_then_waits_for_a_person(
    scene, server, at, send
):
    uid, _secret = at()
    other, _ = at("/bien")
    server.answers["/aviso"] = (500, {}, b"no hoy" + b"x" * 5000)
    scene.validated(percent=50)
    scene.validated(scene.made.activities[1], percent=50)
    assert send() == {"delivered": 2, "postponed": 1, "failed": 0}, "it holds up no other, and is asked once"
    (failed,) = [one for one in deliveries() if one.attempts == 1 and one.endpoint.uid == uid]
    assert (failed.http_status, failed.answer[:6], len(failed.answer)) == (500, "no hoy", 2000)
    assert failed.next_attempt_at > clock.now() + BACK_OFF[0] / 2
    assert endpoint(uid).failing_since is not None
    for _attempt in range(len(BACK_OFF)):
        due_again()
        send(WEBHOOK_DISABLE_DAYS=99)
    due_again()
    for _rest in range(len(BACK_OFF) + 1):
        due_again()
        send(WEBHOOK_DISABLE_DAYS=99)
    given_up = [one for one in deliveries() if one.status is DeliveryStatus.FAILED]
    assert len(given_up) == 2
    assert not messages_are_waiting(clock.now())
    assert {one.status for one in deliveries() if one.endpoint.uid == other} == {DeliveryStatus.DELIVERED}
    server.answers["/aviso"] = (200, {}, b"")
    with transaction():
        services.retry_delivery(scene.contact, uid, given_up[0].uid, now=NOW)
    with pytest.raises(Conflict), transaction():
        services.retry_delivery(scene.contact, uid, given_up[0].uid, now=NOW)
    before = len(server.got)
    assert send()["delivered"] == 1
    assert server.got[before][1]["webhook-id"] == given_up[0].uid == server.got[0][1]["webhook-id"]
    assert endpoint(uid).failing_since is None


@pytest.mark.parametrize("fault", ["redirection", "closed", "not let in", "other key"])
def test_a_message_goes_nowhere_else_and_says_why_it_did_not_arrive(scene, server, at, send, fault):
    at()
    settings = {}
    if fault == "redirection":
        server.answers["/aviso"] = (302, {"Location": f"http://{server.host}/otra"}, b"")
    if fault == "not let in":
        settings["WEBHOOK_HOSTS_ALLOWED"] = ""
    if fault == "other key":
        settings["SECRET_KEY"] = "otra clave"
    if fault == "closed":
        with transaction():
            db.session.execute(update(WebhookEndpoint).values(url="http://127.0.0.1:9/aviso"))
        settings["WEBHOOK_HOSTS_ALLOWED"] = "127.0.0.1:9"
    scene.validated(percent=50)
    assert send(**settings)["postponed"] == 1
    (found,) = deliveries()
    assert (found.http_status, found.outcome) == {
        "redirection": (302, "broken"),
        "closed": (0, "no_answer"),
        "not let in": (0, "not_public"),
        "other key": (0, "not_signed"),
    }[fault]
    assert [one[0] for one in server.got] == (["/aviso"] if fault == "redirection" else [])


def test_an_address_that_fails_for_days_is_given_up_and_who_registered_it_is_told(scene, server, at, send):
    uid, _secret = at()
    server.answers["/aviso"] = (503, {}, b"")
    scene.validated(percent=50)
    send()
    assert endpoint(uid).status is WebhookStatus.ACTIVE
    with transaction():
        db.session.execute(update(WebhookEndpoint).values(failing_since=clock.now() - timedelta(days=5)))
    due_again()
    send()
    assert (endpoint(uid).status, endpoint(uid).disabled_why) == (WebhookStatus.DISABLED, "failing")
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == Event.WEBHOOK_DISABLED.value))
    assert notice.user_id == scene.contact.user_id
    scene.validated(scene.made.activities[1], percent=50)
    assert len(deliveries()) == 1, "nothing is prepared for it any more"
    due_again()
    assert send() == {"delivered": 0, "postponed": 0, "failed": 0}
    server.answers["/aviso"] = (200, {}, b"")
    with transaction():
        services.resume_webhook(scene.contact, uid, now=NOW)
    db.session.refresh(notice)
    assert notice.status is NoticeStatus.CLEARED
    assert send()["delivered"] == 1
    assert tags("webhook:registered", "webhook:disabled", "webhook:resumed") == [
        "webhook:registered",
        "webhook:disabled",
        "webhook:resumed",
    ]


def test_an_address_that_says_it_is_gone_is_given_up_at_once(scene, server, at, send):
    uid, _secret = at()
    server.answers["/aviso"] = (410, {}, b"")
    scene.validated(percent=50)
    send()
    assert (endpoint(uid).status, endpoint(uid).disabled_why) == (WebhookStatus.DISABLED, "gone")


def test_a_renewed_secret_and_the_one_before_both_sign_for_a_day(scene, server, at, send):
    uid, before = at()
    with transaction():
        after = services.renew_secret(scene.contact, uid, key=KEY, now=clock.now())
        services.try_webhook(scene.contact, uid, now=NOW)
    send()
    assert after != before
    assert both_sign(server.got[-1], [after, before])
    with transaction():
        db.session.execute(update(WebhookEndpoint).values(previous_until=clock.now() - BOTH_VALID))
        services.try_webhook(scene.contact, uid, now=NOW)
    send()
    assert both_sign(server.got[-1], [after])
    assert json.loads(server.got[-1][2])["type"] == "webhook.test"
    with transaction():
        services.renew_secret(scene.contact, uid, key="otra clave", now=clock.now())
    assert endpoint(uid).previous_until is None, "what was told before cannot be signed with any more"


def both_sign(got, secrets):
    _path, headers, body = got
    at = clock.now().fromtimestamp(int(headers["webhook-timestamp"]), NOW.tzinfo)
    return headers["webhook-signature"] == sign(secrets, headers["webhook-id"], at, body)["webhook-signature"]


def test_after_a_kill_a_message_is_sent_again_when_its_lease_is_over(scene, at, send, monkeypatch):
    at()
    scene.validated(percent=50)

    def killed(*_arguments, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tracker.jobs.webhooks.post", killed)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert not messages_are_waiting(clock.now())
    assert send()["delivered"] == 0
    due_again()
    assert send()["delivered"] == 1


def test_a_paused_address_is_told_nothing_and_a_removed_one_not_even_what_waited(scene, at, send):
    uid, _secret = at()
    scene.validated(percent=50)
    with transaction():
        services.pause_webhook(scene.contact, uid, now=NOW)
    scene.validated(scene.made.activities[1], percent=50)
    assert len(deliveries()) == 1
    assert send()["delivered"] == 0
    with pytest.raises(Conflict), transaction():
        services.try_webhook(scene.contact, uid, now=NOW)
    with pytest.raises(Conflict), transaction():
        services.pause_webhook(scene.contact, uid, now=NOW)
    with transaction():
        services.remove_webhook(scene.contact, uid, now=NOW)
    assert [one.status for one in deliveries()] == [DeliveryStatus.CANCELLED]
    for step in (services.resume_webhook, services.remove_webhook, services.try_webhook):
        with pytest.raises(NotFound), transaction():
            step(scene.contact, uid, now=NOW)
    assert tags("webhook:paused", "webhook:removed") == ["webhook:paused", "webhook:removed"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://otra.example/"}, "url"),
        ({"name": "  "}, "name"),
        ({"events": ["nada"]}, "events"),
        ({"plan": 77}, "plan"),
        ({"institution_uid": "nadie"}, "institution"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(scene, wrong, field):
    given = {"url": "https://a.gob.gt/", "name": "A", "events": EVERY} | wrong
    with pytest.raises(DomainError) as refused, transaction():
        services.register_webhook(scene.contact, Wanted(**given), key=KEY, reach=Reach(), now=NOW)
    assert refused.value.field == field
    assert queries.list_webhooks(scene.contact) == []


def test_only_who_may_manages_them_and_no_draft_plan_can_be_asked_for(scene, at):
    uid, _secret = at()
    managing = {AccountRole.ADMIN, AccountRole.CONTACT_POINT}
    for actor in [actor_of(make_user(role, institution="INFOM")) for role in set(AccountRole) - managing]:
        with pytest.raises(NotAllowed):
            queries.list_webhooks(actor)
        with pytest.raises(NotAllowed), transaction():
            services.remove_webhook(actor, uid, now=NOW)
    wanted = Wanted("https://a.gob.gt/", "A", EVERY)
    with pytest.raises(NotAllowed), transaction():
        services.register_webhook(SYSTEM, wanted, key=KEY, reach=Reach(), now=NOW)
    with transaction():
        db.session.execute(update(ActionPlan).values(status=PlanStatus.DRAFT))
    draft = Wanted("https://a.gob.gt/", "A", EVERY, plan=scene.made.number)
    with pytest.raises(DomainError), transaction():
        services.register_webhook(scene.contact, draft, key=KEY, reach=Reach(), now=NOW)
    assert queries.list_public_plans() == []


def test_settled_messages_are_erased_after_their_days_and_waiting_ones_never(scene, at, send, app_context):
    at()
    scene.validated(percent=50)
    send()
    with transaction():
        services.try_webhook(scene.contact, endpoint_uid(), now=NOW)
    settings = {**app_context.config, "WEBHOOK_RECORD_DAYS": 1}
    counts = retention(Run(TODAY, TODAY, TODAY, settings, Stop()))
    assert counts["messages_erased"] == 1
    assert [one.status for one in deliveries()] == [DeliveryStatus.QUEUED]


def endpoint_uid():
    return db.session.scalar(select(WebhookEndpoint.uid))
