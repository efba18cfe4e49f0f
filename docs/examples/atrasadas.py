"""Lo atrasado de un plan, por la API de Cumple: solo la biblioteca estándar de Python.

    python atrasadas.py https://cumple.example.gob.gt 4
    python atrasadas.py https://cumple.example.gob.gt 4 --enviar ID --avance 60 --texto "Se publicó."

Para enviar, la clave va en la variable CLAVE_API: se crea en «Su cuenta», «Claves para otros sistemas».
"""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from urllib.parse import urlencode


def pages(address: str) -> Iterator[dict]:
    """Cada fila de una lista, parte por parte, hasta que `next` venga vacía."""
    while address:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - the address is the caller's
            part = json.load(answer)
        yield from part["data"]
        address = part["next"]


def overdue(base: str, plan: int) -> list[dict]:
    """Las actividades atrasadas de un plan, la más atrasada primero."""
    asked = urlencode(
        {"plan": plan, "overdue": "true", "fields": "uid,label,title,days_late,roles,reported,validated"}
    )
    return sorted(pages(f"{base}/api/v1/activities?{asked}"), key=lambda one: -(one["days_late"] or 0))


def line(one: dict) -> str:
    """Una actividad en una línea: sin información no es 0 %."""
    leads = ", ".join(part["institution"] for part in one["roles"] if part["role"] == "lead")
    said = "sin información" if one["reported"] is None else f"{one['reported']['percent']:g} % declarado"
    proven = (
        "nada comprobado" if one["validated"] is None else f"{one['validated']['percent']:g} % comprobado"
    )
    return f"{one['label']:>6}  {one['days_late'] or 0:>4} días  {leads}: {one['title']} ({said}, {proven})"


def send(base: str, token: str, report: dict, key: str) -> dict:
    """Envía un informe. Si la red se corta, repítalo con la misma clave: no informa dos veces."""
    request = urllib.request.Request(  # noqa: S310 - the address is the caller's
        f"{base}/api/v1/progress",
        data=json.dumps(report).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
        return json.load(answer)


def main() -> None:
    """Lista lo atrasado o, con --enviar, informa del avance de una actividad."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("base")
    parser.add_argument("plan", type=int)
    parser.add_argument("--enviar", metavar="IDENTIFICADOR")
    parser.add_argument("--avance", type=float)
    parser.add_argument("--texto", default="")
    asked = parser.parse_args()
    base = asked.base.rstrip("/")
    if not asked.enviar:
        for one in overdue(base, asked.plan):
            print(line(one))  # noqa: T201 - a script speaks to a person at a terminal
        return
    report = {"activity": asked.enviar, "percent": asked.avance, "narrative": asked.texto}
    try:
        made = send(base, os.environ["CLAVE_API"], report, uuid.uuid4().hex)
    except urllib.error.HTTPError as error:
        told = json.load(error)
        wrong = "".join(f"\n  {one['field']}: {one['message']}" for one in told["errors"])
        raise SystemExit(f"{told['detail']}{wrong}") from None
    print(f"{made['status']}: {made['url']}")  # noqa: T201 - the same


if __name__ == "__main__":
    main()
