"""The fixtures leave nothing behind from one test to the next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_login import current_user

from tests.support.client import PageClient
from tests.support.databases import kind
from tracker.db import Base, db, transaction
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import Sector
from tracker.models.accounts import Institution, User


def _counts(connection: sa.Connection) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    counted = {
        table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    }
    return {name: count for name, count in counted.items() if count}


@pytest.mark.parametrize("turn", [1, 2])
def test_rows_and_files_of_a_test_are_gone_in_the_next(app_context, turn):
    assert _counts(db.session.connection()) == {}
    db.session.rollback()
    folder = Path(app_context.instance_path) / "evidence"
    assert not folder.exists() or list(folder.iterdir()) == []
    moment = datetime(2020, 8, 28, tzinfo=UTC)
    with transaction():
        db.session.add(Institution(name="INFOM", slug="infom", sector=Sector.PUBLIC, created_at=moment))
    folder.mkdir(exist_ok=True)
    (folder / "file").touch()
    assert _counts(db.session.connection()) == {"institutions": 1}


def test_a_client_can_be_signed_in_without_a_password(app, new_client, client_of):
    with app.app_context(), transaction():
        role, moment = AccountRole.AUDITOR, datetime.now(UTC)
        db.session.add(User(email="ana@example.org", role=role, password_hash="-", created_at=moment))

    def is_signed_in(client: PageClient) -> bool:
        with client.http:
            client.http.get("/healthz")
            return bool(current_user.is_authenticated)

    assert is_signed_in(client_of("ana@example.org"))
    assert not is_signed_in(new_client())


def test_the_application_uses_the_database_that_was_asked_for(app_context):
    assert db.engine.dialect.name == kind()


def test_statements_are_counted_without_those_that_steer_the_transaction(app_context, query_counter):
    with query_counter() as queries:
        db.session.execute(sa.text("SELECT 1"))
        db.session.execute(sa.text("SELECT 2"))
        db.session.rollback()
    assert queries == ["SELECT 1", "SELECT 2"]
