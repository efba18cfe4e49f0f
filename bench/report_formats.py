"""What each format of a compiled report costs, beside its bare library fed the same rows.

    .venv/bin/python -m bench.report_formats [FORMAT ...]

A document of 22 commitments, 132 milestones and 1,056 activities, each with a narrative and evidence. Every
run has a process of its own; the quickest of three counts, in processor seconds of the process and of those
that it starts. Memory is the peak of what Python allocated, from a run of its own, with the most that a
started process needed. `÷ bare` is ours, which makes its rows, against the bare library that is handed them;
`÷ rows+bare` makes them on both sides. Exit 1 where that is more than 1.5.
"""

from __future__ import annotations

import csv
import io
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as midnight
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
from xlsxwriter import Workbook

from bench.bare_report import bare_html, bare_pdf, plain_parts
from tests.support.factories import documents
from tests.support.factories import facts as f
from tracker.domain.facts import NodeFacts, PlanFacts, ProductFact
from tracker.domain.plans import Role
from tracker.domain.report_document import ReportDocument
from tracker.domain.reports import content
from tracker.renderers import RENDERERS
from tracker.renderers.tables import Table, report_tables

COMMITMENTS, MILESTONES, ACTIVITIES = 22, 6, 8
ROUNDS = 3
MOST = 1.5
NARRATIVE = (
    "Durante el período se realizaron las reuniones previstas con las municipalidades, se recibieron sus "
    "observaciones por escrito y se incorporaron al documento, que quedó publicado en su portal. "
) * 3


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    seconds: float
    megabytes: float
    size: int
    pages: int = 0


def large_document() -> ReportDocument:
    """The plan of the benchmark, compiled."""
    nodes: list[NodeFacts] = []
    reports = []
    for c in range(1, COMMITMENTS + 1):
        nodes.append(f.commitment(f"c{c}", number=c, label=str(c), title=f"Compromiso {c}: gobierno abierto"))
        for m in range(1, MILESTONES + 1):
            nodes.append(f.milestone(f"m{c}.{m}", parent=f"c{c}", number=m, label=str(m), title=f"Hito {m}"))
            for a in range(1, ACTIVITIES + 1):
                uid, at = f"a{c}.{m}.{a}", len(reports)
                nodes.append(_activity(uid, f"m{c}.{m}", a, f"{m}.{a}"))
                link = replace(documents.link(f"https://institucion.gob.gt/{uid}"), uid=f"l{uid}")
                proof = (documents.file(f"e{uid}", f"v{uid}"), link)
                claim = (documents.accepted, documents.told, documents.told)[at % 3]
                percent = (100, 75, "33.33")[at % 3]
                reports.append(claim(percent, uid, 2 * at + 1, narrative=NARRATIVE, evidence=proof))
    plan: PlanFacts = f.plan(nodes, reports)
    return documents.document(plan)


def _activity(uid: str, parent: str, number: int, label: str) -> NodeFacts:
    return f.activity(
        uid,
        parent=parent,
        number=number,
        label=label,
        title=f"Actividad {label}: elaborar y publicar el documento que corresponde",
        means=f.means(f"v{uid}", f"w{uid}"),
        products=(ProductFact(f"p{uid}", "Informe de resultados", "informe", Decimal(4), "4 informes"),),
        schedule=f.schedule(f.months(2020, 1 + number % 6, 2020, 2 + number % 6)),
        roles=(*f.lead(f.INFOM), *f.roles(Role.CO_RESPONSIBLE, f.INAP)),
    )


def bare_xlsx(tables: tuple[Table, ...]) -> bytes:
    """XlsxWriter alone, in constant memory, with one format for each kind of cell."""
    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(stream, options) as file:
        looks = {"number": {"num_format": "0.##"}, "day": {"num_format": "dd/mm/yyyy"}, "text": {}}
        formats = {name: file.add_format({"text_wrap": True} | look) for name, look in looks.items()}
        for table in tables:
            sheet = file.add_worksheet(table.title)
            kinds = [one.kind for one in table.columns]
            for at, column in enumerate(table.columns):
                sheet.write_string(0, at, column.title, formats["text"])
            for row, values in enumerate(table.rows, start=1):
                for at, value in enumerate(values):
                    if value is not None and value != "":
                        _put(sheet, row, at, value, kinds[at], formats)
    return stream.getvalue()


def _put(sheet: Any, row: int, at: int, value: Any, kind: str, formats: dict[str, Any]) -> None:
    if kind == "link":
        sheet.write_url(row, at, value, formats["text"], value)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, formats["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, datetime.combine(value, midnight()), formats["day"])
    else:
        sheet.write_number(row, at, value, formats["number"])


def bare_csv(tables: tuple[Table, ...]) -> bytes:
    """The csv module into a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for table in tables:
            text = io.StringIO()
            writer = csv.writer(text)
            writer.writerow([one.key for one in table.columns])
            writer.writerows(table.rows)
            file.writestr(f"{table.name}.csv", text.getvalue())
    return stream.getvalue()


def bare_json(values: dict[str, Any]) -> bytes:
    """The json module."""
    return json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True).encode()


# What is fed, and what makes it.
BARE: dict[str, tuple[Callable[[Any], bytes], Callable[[ReportDocument], Any]]] = {
    "html": (bare_html, plain_parts),
    "pdf": (bare_pdf, plain_parts),
    "xlsx": (bare_xlsx, report_tables),
    "csv": (bare_csv, report_tables),
    "json": (bare_json, content),
}


def processor() -> float:
    """The processor seconds of this process and of those it started."""
    own, started = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + started.ru_utime + started.ru_stime


def run_one(kind: str, name: str, source: str, *, is_traced: bool) -> Cost:
    """One run in this process, of what a pickle holds."""
    given = pickle.loads(Path(source).read_bytes())  # noqa: S301 - written by this program a moment ago
    render = RENDERERS[name].render if kind == "ours" else BARE[name][kind == "rows"]
    if is_traced:
        tracemalloc.start()
    start = processor()
    data = render(given)
    seconds = processor() - start
    peak = tracemalloc.get_traced_memory()[1] / 2**20 if is_traced else 0.0
    peak += resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Cost(seconds, peak, len(data), _pages(data))


def _pages(data: Any) -> int:
    if not isinstance(data, bytes) or not data.startswith(b"%PDF"):
        return 0
    with pikepdf.open(io.BytesIO(data)) as file:
        return len(file.pages)


def measured(kind: str, name: str, source: Path) -> Cost:
    """The quickest of some runs, each in a fresh process, with the memory of one more."""
    found = [_started("--run", kind, name, source) for _ in range(ROUNDS)]
    quickest = min(found, key=lambda one: one.seconds)
    return replace(quickest, megabytes=_started("--trace", kind, name, source).megabytes)


def _started(how: str, kind: str, name: str, source: Path) -> Cost:
    command = [sys.executable, "-m", "bench.report_formats", how, kind, name, str(source)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - this program
    return Cost(*json.loads(done.stdout))


def main(names: list[str]) -> int:
    """Measure each format and print a table; the bar holds or it does not."""
    document = large_document()
    holds = True
    heads = ("seconds", "MB", "kB", "rows s", "bare s", "bare MB", "÷ bare", "÷ rows+bare", "memory")
    print("format " + "".join(f"{head:>12}" for head in heads))
    with tempfile.TemporaryDirectory() as folder:
        source = _kept(Path(folder) / "document", document)
        for name in names or list(RENDERERS):
            ours = measured("ours", name, source)
            line = f"{name:<7}{ours.seconds:>12.2f}{ours.megabytes:>12.1f}{ours.size // 1024:>12}"
            if name not in BARE:
                print(f"{line}  see bench.report_docx", flush=True)
                continue
            rows = measured("rows", name, source).seconds
            bare = measured("bare", name, _kept(Path(folder) / name, BARE[name][1](document)))
            ratios = ours.seconds / bare.seconds, ours.seconds / (rows + bare.seconds)
            holds = holds and ratios[1] <= MOST
            line += f"{rows:>12.2f}{bare.seconds:>12.2f}{bare.megabytes:>12.1f}"
            line += "".join(f"{ratio:>12.2f}" for ratio in (*ratios, ours.megabytes / bare.megabytes))
            print(line + _by_page(ours, bare), flush=True)
    print(f"at most {MOST} times the bare library and its rows: {holds}")
    return 0 if holds else 1


def _by_page(*costs: Cost) -> str:
    """Of paper, pages and milliseconds a page: ours, bare."""
    return "".join(
        f"  {one.pages} p, {1000 * one.seconds / one.pages:.1f} ms/p" for one in costs if one.pages
    )


def _kept(path: Path, value: Any) -> Path:
    path.write_bytes(pickle.dumps(value))
    return path


if __name__ == "__main__":
    if sys.argv[1:2] in (["--run"], ["--trace"]):
        cost = run_one(*sys.argv[2:5], is_traced=sys.argv[1] == "--trace")
        print(json.dumps([cost.seconds, cost.megabytes, cost.size, cost.pages]))
        sys.exit(0)
    sys.exit(main(sys.argv[1:]))
