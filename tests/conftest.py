"""What holds for the whole run; the fixtures themselves are in tests/support/fixtures/."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import databases, postgres
from tests.support.network import forbid_network

pytest_plugins = [
    "tests.support.fixtures.database",
    "tests.support.fixtures.browser",
    "tests.support.fixtures.scanner",
]

# A test whose fixtures include one of these runs again on PostgreSQL; the others need no second run.
TOUCH_DATABASE = {"databases", "app"}
PAGES = Path(__file__).parent / "blueprints"

_SERVER = pytest.StashKey[postgres.PostgresServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-soak", action="store_true", help="also run the tests marked soak")
    parser.addoption(
        "--pages-too", action="store_true", help="on PostgreSQL, also run the tests of single pages"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start from a clean environment, without network; where asked for, one PostgreSQL for all workers."""
    for name in [name for name in os.environ if name.startswith("CUMPLE_")]:
        if not name.startswith("CUMPLE_TEST_"):
            del os.environ[name]
    forbid_network()
    is_worker = hasattr(config, "workerinput")
    if databases.kind() == "postgresql" and not is_worker and not config.option.collectonly:
        server = postgres.PostgresServer()
        config.stash[_SERVER] = server
        server.start()
        os.environ[postgres.SOCKET_VARIABLE] = str(server.folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_SERVER, None)
    if server is not None:
        os.environ.pop(postgres.SOCKET_VARIABLE, None)
        server.stop()


def _belongs(item: pytest.Item, on_postgres: bool, with_soak: bool, with_pages: bool) -> bool:
    """Say whether a test is part of this run: on PostgreSQL only what touches the database runs again.

    A page reads through queries and writes through services, which all run there, as do the journeys through
    the pages and every address as every role; tests of single pages run there with `--pages-too`.
    """
    if item.get_closest_marker("soak") and not with_soak:
        return False
    if item.get_closest_marker("postgres"):
        return on_postgres
    if not on_postgres:
        return True
    if PAGES in item.path.parents and not with_pages:
        return False
    touches_database = TOUCH_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(touches_database) and not item.get_closest_marker("browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    on_postgres = databases.kind() == "postgresql"
    more = (config.getoption("--run-soak"), config.getoption("--pages-too"))
    kept = [item for item in items if _belongs(item, on_postgres, *more)]
    if dropped := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
