"""What holds for the whole run; the fixtures themselves are in tests/support/fixtures/."""

from __future__ import annotations

import gc
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

TOUCH_DATABASE = {"databases", "app"}
"""Fixtures by which a test uses a database; a test without any of them needs one run, the one on SQLite."""

ON_POSTGRES = {"services", "queries"}
ON_SQLITE = {"blueprints", "security"}
"""With `--share`, where each folder's tests with a database run; the other folders' run on both."""

_SERVER = pytest.StashKey[postgres.PostgresServer]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-soak", action="store_true", help="also run the tests marked soak")
    parser.addoption(
        "--share", action="store_true", help="run the chosen database's share of the suite, not all of it"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start from a clean environment, without network; where asked for, one PostgreSQL for all workers.

    Workers and the programs that tests start share compiled code: without it each compiles everything again.
    """
    for name in [name for name in os.environ if name.startswith("CUMPLE_")]:
        if not name.startswith("CUMPLE_TEST_"):
            del os.environ[name]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(Path(config.rootpath, ".pytest_cache", "bytecode"))
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


def _belongs(item: pytest.Item, on_postgres: bool, with_soak: bool, by_share: bool) -> bool:
    """Say whether a test is part of this run.

    By share services and queries, which write and read, are tried on PostgreSQL; single pages, which do both
    through them, on SQLite; migrations, models, commands, jobs and whole journeys on both.
    """
    if item.get_closest_marker("soak") and not with_soak:
        return False
    if item.get_closest_marker("postgres"):
        return on_postgres
    if not TOUCH_DATABASE & set(getattr(item, "fixturenames", ())):
        return not on_postgres
    if item.get_closest_marker("browser") and on_postgres:
        return False
    return not by_share or _folder(item) not in (ON_SQLITE if on_postgres else ON_POSTGRES)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def pytest_collection_finish() -> None:
    """What stands after collection stays to the end: to look through it for garbage takes time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    on_postgres = databases.kind() == "postgresql"
    more = (config.getoption("--run-soak"), config.getoption("--share"))
    kept = [item for item in items if _belongs(item, on_postgres, *more)]
    if dropped := [item for item in items if item not in set(kept)]:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
