"""The resources of a commitment in the browser: written by who answers for it, read by everybody."""

from __future__ import annotations

import pytest

from tests.support.factories.plans import make_plan
from tracker.domain.permissions import AccountRole


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


def test_who_leads_writes_what_was_planned_and_spent_and_everybody_reads_it(signed_in, plan, client):
    liaison = signed_in(AccountRole.LIAISON, "INFOM")
    board = liaison.get(liaison.get("resources.index").link("1."))
    assert "Todavía no hay recursos escritos" in board.main
    page = liaison.get(board.link("Agregar un recurso"))
    page = liaison.submit(page, {"kind": "financial", "side": "spent"}, form="main form", expect=422)
    assert len(page.all(".field-error")) == 4
    said = {"provider": "BID", "amount": "1,500.50", "on": "2026-05-02", "source": "CUR 15"}
    board = liaison.submit(page, said, form="main form")
    for kind, what in (("financial", ""), ("human", "2 técnicos")):
        page = liaison.get(board.link("Agregar un recurso"))
        more = {"kind": kind, "side": "planned", "what": what, "amount": "3001" if not what else ""}
        board = liaison.submit(page, {**said, **more}, form="main form")
    public = client.get("portal.commitment", number=plan.number, commitment=1)
    for words in (
        "BID",
        "Q 1,500.50",
        "3,001.00",
        "50.00",
        "2 técnicos",
        "CUR 15",
        "lo registró INFOM",
    ):
        assert words in public.main, words
    assert "recorded by INFOM" in client.get(f"/en/planes/{plan.number}/compromisos/1").main
    page = liaison.get(board.all("a[href*='/recursos/']:-soup-contains('Corregir')")[0]["href"])
    page = liaison.submit(page, {"amount": "10"}, form="main form", expect=422)
    assert page.one("#reason-error")
    board = liaison.submit(page, {"reason": "Error de dedo"}, form="main form")
    assert "10" in board.main
    page = liaison.get(board.all("a[href*='/recursos/']:-soup-contains('Corregir')")[1]["href"])
    assert "Error de dedo" in page.main
    board = liaison.submit(page, {"action": "withdraw", "reason": "Repetido"}, form="main form")
    assert "Error de dedo" not in board.main


def test_who_does_not_answer_for_it_does_not_find_it(signed_in, plan):
    other = signed_in(AccountRole.LIAISON, "SCEP")
    assert "no responde por ningún compromiso" in other.get("resources.index").main
    other.get("resources.board", commitment_uid=plan.commitments[0].uid, expect=404)
    contact = signed_in(AccountRole.CONTACT_POINT)
    contact.get("resources.edit", commitment_uid=plan.commitments[0].uid, uid="otro", expect=404)
    signed_in(AccountRole.TABLE_MEMBER).get("resources.index", expect=403)
