"""Identifier, values and goals of a commitment, as its public page tells them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.models.plans import Commitment
from tracker.services.versions import record_nodes


class TestOfficialContext:
    """Identifier, values and goals of a commitment lead to where they are explained."""

    @pytest.fixture
    def told(self, app):
        with app.app_context():
            made = make_scene().made
            with transaction():
                row = db.session.scalar(select(Commitment).where(Commitment.plan_id == made.id))
                row.ogp_identifier, row.sdg_links = "GT0121", "ODS 16 y 17"
                record_nodes(SYSTEM, [row], effective_on=TODAY, now=NOW)
        return made

    def test_each_is_a_link(self, client, told):
        page = client.get("/planes/4/compromisos/1")
        links = {tag.text: tag["href"] for tag in page.all("a[rel=external]")}
        assert links["GT0121"].endswith("/commitments/GT0121/")
        assert links["ODS 16: Paz, justicia e instituciones sólidas"] == "https://sdgs.un.org/goals/goal16"
        assert any(text.startswith("ODS 17") for text in links)
        assert "SDG 16: Peace" in client.get("/en/planes/4/compromisos/1").main

    def test_what_is_no_identifier_leads_nowhere(self, app, client, told):
        with app.app_context(), transaction():
            row = db.session.scalar(select(Commitment).where(Commitment.plan_id == told.id))
            row.ogp_identifier = "../GT0121?x=1"
            record_nodes(SYSTEM, [row], effective_on=TODAY, now=NOW)
        page = client.get("/planes/4/compromisos/1")
        assert "../GT0121?x=1" in page.main
        assert [tag for tag in page.all("a[rel=external]") if "GT0121" in tag["href"]] == []
