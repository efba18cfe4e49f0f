"""Every page has been looked at in a browser: those that no other test opens, and that none is forgotten."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException

from tests.support.browser import open_all, problems_of
from tests.support.browser import sign_in as enter
from tests.support.factories.citizens import (
    EMAIL,
    ask_to_follow,
    following,
    plan_ref,
    secret,
    subscription_rows,
)
from tests.support.factories.meetings import make_table
from tests.support.factories.table import at_the_table
from tests.support.factories.targets import record_year
from tests.support.factories.work import make_work
from tests.support.factories.workbooks import open_round
from tests.support.mail import mails, put
from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import NodeKind
from tracker.domain.webhooks import Reach, WebhookEvent
from tracker.models.notices import MailStatus
from tracker.services import invitations
from tracker.services.amendments import prepare_amendment
from tracker.services.plan_drafts import add_item, begin_plan
from tracker.services.public_tokens import Purpose, sign
from tracker.services.webhooks import Wanted, register_webhook, try_webhook

pytestmark = pytest.mark.browser

# What answers with a file, a feed, a picture or a sign of life, or leads elsewhere.
NOT_PAGES = ("static", "machine.", "portal.oembed", "portal.permanent", "portal.choose_day", "portal.schema")
# The API answers with data; its page is looked at like any other.
NOT_PAGES_OF_API = "/api/v1/"
_IN_ENGLISH = re.compile(r"^/en(?=/|$)")
FILES = (
    *("calendar", "_feed", "_card", "_csv", "_jsonl", ".download", ".table_file"),
    *(".evidence_preview", ".evidence_thumbnail", ".mailbox_html", "imports.book", "imports.form"),
)
# Reached by clicking, in the test named, where it is looked at.
CLICKED = {
    "amendments.item": "test_amendments.py",
    "amendments.show": "test_amendments.py",
    "assessments.board": "test_report_pages.py",
    "assessments.write": "test_report_pages.py",
    "observations.show": "test_citizens.py",
    "portal.amendments": "test_amendments.py",
    "portal.past_activity": "test_amendments.py",
    "portal.past_commitment": "test_amendments.py",
    "portal.past_plan": "test_amendments.py",
    "reports.changes": "test_report_pages.py",
    "reports.show": "test_report_pages.py",
    "reviews.evidence": "test_evidence_pages.py",
    "rounds.workbook": "test_round_workbook.py",
    "rounds.workbook_upload": "test_round_workbook.py",
}
PATHS = {
    "admin": (
        "/administracion",
        "/administracion/correo",
        "/administracion/correo/{mail}",
        "/administracion/correo/{mail}/descartar",
        "/administracion/cuentas",
        "/administracion/cuentas/nueva",
        "/administracion/cuentas/{person}",
        "/administracion/cuentas/{person}/relevo",
        "/administracion/cuentas/{person}/rol",
        "/administracion/instituciones",
        "/administracion/instituciones/fusion?de={helper}",
        "/administracion/instituciones/importar",
        "/administracion/instituciones/nueva",
        "/administracion/instituciones/{lead}",
        "/administracion/instituciones/{lead}/nombre",
        "/administracion/invitaciones",
        "/administracion/planes",
        "/administracion/planes/4/ajustes",
        "/administracion/revisores",
        "/administracion/trabajos",
        "/administracion/webhooks",
        "/administracion/webhooks/nuevo",
        "/administracion/webhooks/{webhook}",
        "/administracion/webhooks/{webhook}/cambiar",
        "/desarrollo/correo",
        "/desarrollo/correo/{mail}",
    ),
    "contact": (
        "/autoevaluacion/4/historia",
        "/autoevaluacion/4/importar",
        "/avances/metas",
        "/avances/metas/{owner}/2023",
        "/avances/metas/{owner}/2023/tabla",
        "/avances/metas/{owner}/importar",
        "/avances/metas/{owner}/indicador/nuevo",
        "/avances/metas/tabla/{targets}",
        "/avances/metas/tabla/{targets}/fila/1",
        "/avances/recursos",
        "/avances/recursos/{commitment}",
        "/avances/recursos/{commitment}/nuevo",
        "/avances/{node}/oficio",
        "/cuenta/correo",
        "/cuenta/tokens",
        "/planes/4/versiones",
        "/planificacion",
        "/planificacion/nuevo",
        "/planificacion/4",
        "/planificacion/4/versiones",
        "/administracion/importar",
        "/administracion/importar/plan-de-trabajo",
        "/planificacion/9",
        "/planificacion/9/contenido",
        "/planificacion/9/contenido/nuevo?nivel=axis",
        "/planificacion/9/continuar",
        "/planificacion/9/datos",
        "/planificacion/elementos/{item}",
        "/revision/enmiendas/{amendment}/elementos/{node}/lugar",
        "/cuenta/delegaciones",
        "/mesa/grupos",
        "/mesa/grupos/nuevo",
        "/mesa/grupos/{group}",
        "/mesa/grupos/{group}/cambiar",
        "/mesa/grupos/{group}/integrantes/{member}/salida",
        "/mesa/reloj",
        "/mesa/reloj/{clock}/corregir",
        "/mesa/reloj/{clock}/retirar",
        "/revision/lote?informe={report}",
        "/revision/lote/hecho",
        "/revision/rondas/{round}",
        "/mesa",
        "/mesa/integrantes",
        "/mesa/integrantes/nuevo",
        "/mesa/integrantes/{seat}",
        "/mesa/reuniones/nueva",
        "/mesa/reuniones/{meeting}",
        "/mesa/reuniones/{meeting}/datos",
        "/mesa/reuniones/{meeting}/agenda",
        "/mesa/reuniones/{meeting}/asistencia",
        "/mesa/reuniones/{meeting}/desde-la-anterior",
        "/mesa/reuniones/{meeting}/cancelar",
        "/mesa/reuniones/{meeting}/acta",
        "/mesa/reuniones/{meeting}/reabrir",
        "/mesa/reuniones/{meeting}/decisiones/nueva",
        "/mesa/reuniones/{meeting}/acuerdos/nuevo",
        "/mesa/acuerdos/{agreement}",
        "/mesa/acuerdos/{agreement}/respuesta",
        "/mesa/acuerdos/{agreement}/aceptar",
        "/mesa/acuerdos/{agreement}/devolver",
        "/mesa/acuerdos/{agreement}/aplazar",
        "/mesa/acuerdos/{agreement}/sin-efecto",
        "/mesa/acuerdos/{agreement}/corregir",
    ),
    "nobody": (
        "/api/docs",
        "/api/docs/progress-send",
        "/planes/4/evaluaciones",
        "/planes/4/evaluaciones/al/{day}",
        "/metas",
        "/metas/infom/2023",
        "/datos",
        "/datos/tablas/activities",
        "/entrar",
        "/mesa-tecnica",
        "/mesa-tecnica/reuniones/{meeting}",
        "/mesa-tecnica/reloj",
        "/invitacion/{offer}",
        "/invitacion-aceptada",
        "/seguir/enviada",
        "/seguir/confirmada",
        "/seguir/confirmar/{confirm}",
        "/seguir/baja/{end}",
        "/seguir/baja-total/{end_all}",
        "/avisos/baja/{stop}",
    ),
}


@pytest.fixture
def names(app, monkeypatch):
    """What the addresses name: people at work with a round and a report in review, a mail, who follows."""
    monkeypatch.setitem(app.config, "DEVELOPMENT", True)
    work = make_work(app)
    with app.app_context():
        ref = plan_ref(work.made)
        ask_to_follow(ref, "otra@correo.example", now=clock.now())
        asked = subscription_rows("otra@correo.example")[-1].uid
        put("espera", status=MailStatus.FAILED)
        table = make_table(today=work.today, now=clock.now())
        seat, meeting = table.seat(table.infom), table.held()
        agreement = table.agreed(meeting, work.today)
        signed = {
            "confirm": (Purpose.CONFIRM_SUBSCRIPTION, asked),
            "end": (Purpose.END_SUBSCRIPTION, following(ref, now=clock.now())),
            "end_all": (Purpose.END_ALL, EMAIL),
            "stop": (Purpose.END_LETTERS, work.people["liaison"].uid),
        }
        return {
            "work": work,
            "seat": seat,
            "meeting": meeting,
            "agreement": agreement,
            "node": work.activity.uid,
            "day": work.today.isoformat(),
            "owner": work.made.lead.uid,
            "targets": record_year(work.made.lead, clock.now()),
            "commitment": work.made.commitments[0].uid,
            "report": work.scene().submitted(work.activity, 50, today=work.today),
            "round": open_round(work.today, clock.now()),
            "person": work.people["liaison"].uid,
            **written_plan(work),
            **at_the_table(work),
            "lead": work.made.lead.uid,
            "helper": work.made.helper.uid,
            "offer": _offer(),
            "webhook": _webhook(work),
            "mail": next(one.uid for one in mails() if one.status is MailStatus.FAILED),
            **{name: sign(secret(), *what, now=clock.now()) for name, what in signed.items()},
        }


def written_plan(work):
    """A plan that is being written, an item of it, and a draft amendment of the one in course."""
    given = {"now": clock.now(), "today": work.today}
    with transaction():
        plan = begin_plan(SYSTEM, number=9, values={"title": "Noveno plan"}, **given)
        item = add_item(SYSTEM, parent_uid=plan.uid, kind=NodeKind.COMMITMENT, title="Uno", **given)
        amendment = prepare_amendment(SYSTEM, plan_number=work.made.number, title="Ajuste", now=clock.now())
        return {"item": item.uid, "amendment": amendment.uid}


def _webhook(work):
    """An address of another system with a message that waits."""
    wanted = Wanted("https://tablero.gob.gt/avisos", "Tablero", [WebhookEvent.OVERDUE])
    given = {"key": secret(), "reach": Reach(), "now": clock.now()}
    actor = work.scene().contact
    with transaction():
        uid = register_webhook(actor, wanted, **given)[0].uid
        try_webhook(actor, uid, now=clock.now())
    return uid


def _offer():
    """The token of an invitation that waits."""
    with transaction():
        row = invitations.invite(
            SYSTEM, email="nueva@correo.example", name="Ana", role=AccountRole.AUDITOR, now=clock.now()
        )
        return invitations.token_of(secret(), row.uid, row.serial, row.asked_at)


@pytest.mark.parametrize("who", list(PATHS))
def test_pages_that_no_other_test_opens_are_accessible_and_fit(app, live_server, browser_page, names, who):
    if who in names["work"].people:
        enter(browser_page, app, live_server, names["work"].people[who].email)
    problems = []
    for path in PATHS[who]:
        answer = browser_page.goto(live_server + path.format(**names))
        assert answer.status == 200, path
        open_all(browser_page)
        problems += problems_of(browser_page, dark=True)
    assert problems == []


def addresses(source: str) -> Iterator[str]:
    """What in a test looks like an address; what is put in at run time stands as "1"."""
    for node in ast.walk(ast.parse(source)):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(one.value) if isinstance(one, ast.Constant) else "1" for one in node.values)
        if "/" in text:
            yield (
                text[text.index("/") :].partition("?")[0].partition("#")[0].replace("{", "").replace("}", "")
            )


def test_no_page_is_forgotten(app):
    seen, routes = set(CLICKED), app.url_map.bind("localhost")
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for address in addresses(path.read_text("utf-8")):
            try:
                seen.add(routes.match(_IN_ENGLISH.sub("", address) or "/", "GET")[0])
            except HTTPException:
                continue
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.endpoint.startswith(NOT_PAGES)
        and not rule.rule.startswith(NOT_PAGES_OF_API)
        and not rule.endpoint.endswith(FILES)
    }
    assert sorted(pages - seen) == []
    assert set(CLICKED) <= pages
    assert set(CLICKED.values()) <= {path.name for path in Path(__file__).parent.iterdir()}
