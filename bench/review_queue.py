"""What the review queue costs: statements and bytes of its pages with 10 reports waiting and with 400.

    .venv/bin/python -m bench.review_queue

Counts, not times: the same on every machine. Exit 1 where 400 reports cost more statements than 10, or a page
is over 100 kB compressed.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from flask import Flask

from tests.support.client import PageClient
from tests.support.databases import MIGRATIONS
from tests.support.factories.accounts import sign_in
from tests.support.factories.waiting import Waiting, make_waiting
from tests.support.queries import count_queries
from tracker import clock
from tracker.app import create_app
from tracker.db import db

SIZES = (10, 400)
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Cost:
    """What one page took."""

    statements: int
    plain: int
    compressed: int


def main() -> int:
    """Measure both sizes, print a table, and say whether the bars hold."""
    found = {size: _measured(size) for size in SIZES}
    print(f"{'page':<28}" + "".join(f"{size:>10} statements {'plain':>9} {'gzip':>8}" for size in SIZES))
    for page in found[SIZES[0]]:
        cells = (found[size][page] for size in SIZES)
        print(f"{page:<28}" + "".join(f"{c.statements:>21} {c.plain:>9} {c.compressed:>8}" for c in cells))
    few, many = (found[size] for size in SIZES)
    constant = all(few[page].statements == many[page].statements for page in few)
    small = all(cost.compressed < MOST_BYTES for cost in many.values())
    print(f"statements constant: {constant}; pages under {MOST_BYTES} bytes compressed: {small}")
    return 0 if constant and small else 1


def _measured(size: int) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            {
                "INSTANCE_PATH": folder,
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.db'}",
                "TESTING": True,
            }
        )
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS))
            waiting = make_waiting(size, today=clock.today())
        costs = _pages(app, waiting)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        return costs


def _pages(app: Flask, waiting: Waiting) -> dict[str, Cost]:
    client = PageClient(app)
    sign_in(client, waiting.contact)
    asked = {
        "/revision": "/revision",
        "/revision, narrowed": "/revision?hallazgo=means_missing&orden=institution&q=actividad",
        "/revision/<report>": f"/revision/{waiting.uids[0]}",
        "/revision/lote": f"/revision/lote?informe={waiting.uids[0]}",
        "/panel": "/panel",
    }
    return {name: _cost(app, client, path) for name, path in asked.items()}


def _cost(app: Flask, client: PageClient, path: str) -> Cost:
    client.get(path)
    with app.app_context():
        engine = db.engine
    with count_queries(engine) as statements:
        page = client.get(path)
    return Cost(len(statements), len(page.data), len(gzip.compress(page.data)))


if __name__ == "__main__":
    sys.exit(main())
