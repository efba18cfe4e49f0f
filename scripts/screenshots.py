"""Pictures of the main pages for the README, taken from a fresh installation with the demonstration data."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.support.browser import NARROW, WIDE, chromium, open_page, serve, sign_in
from tracker.app import create_app
from tracker.db import db
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screenshots"
COLOURS = 128


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the address, who looks and how wide the window is."""

    name: str
    path: str
    role: AccountRole | None = None
    narrow: bool = False


SHOTS = (
    Shot("plans", "/"),
    Shot("plan", "/planes/5"),
    Shot("plan-narrow", "/planes/5", narrow=True),
    Shot("commitment", "/planes/4/compromisos/10"),
    Shot("institution", "/planes/4/instituciones/infom"),
    Shot("method", "/metodologia"),
    Shot("panel", "/panel", AccountRole.LIAISON),
    Shot("panel-narrow", "/panel", AccountRole.LIAISON, narrow=True),
    Shot("review", "/revision", AccountRole.CONTACT_POINT),
    Shot("reports", "/compilaciones", AccountRole.CONTACT_POINT),
    Shot("self-assessment", "/autoevaluacion/5", AccountRole.LIAISON),
)
REPORT = ["--plan", "4", "--kind", "institutional", "--institution", "INFOM", "--cutoff", "2020-08-28"]


def cumple(instance: Path, *arguments: str) -> None:
    """Run a command of the program on an instance."""
    environment = {**os.environ, "CUMPLE_INSTANCE_PATH": str(instance)}
    program = str(Path(sys.executable).with_name("cumple"))
    subprocess.run([program, *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def account(app: Flask, role: AccountRole) -> str:
    """The e-mail address of the first demonstration account with a role."""
    with app.app_context():
        users = select(User.email).where(User.role == role, User.is_demo).order_by(User.id)
        return db.session.scalars(users).first() or sys.exit(f"the demonstration has no {role}")


def keep(picture: Path) -> None:
    """Make a picture light enough for a repository."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    print(picture.relative_to(ROOT))


def take(page: Page, address: str, shot: Shot) -> None:
    """Open the address of a picture and take it."""
    answer = page.goto(address + shot.path)
    if answer is None or not answer.ok:
        sys.exit(f"{shot.path} answered {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / f"{shot.name}.png")
    keep(OUT / f"{shot.name}.png")


def take_all(app: Flask, address: str, browser: Browser) -> None:
    """Take every picture, each with a visitor of its own."""
    for shot in SHOTS:
        with open_page(browser, viewport=NARROW if shot.narrow else WIDE) as page:
            if shot.role is not None:
                sign_in(page, app, address, account(app, shot.role))
            take(page, address, shot)


def take_report(instance: Path) -> None:
    """Compile the institution's report and keep its third page: the summary."""
    folder = instance / "compiled"
    folder.mkdir()
    cumple(instance, "report", "compile", *REPORT, "--formats", "pdf", "--out", str(folder))
    (pdf,) = folder.glob("*.pdf")
    target = OUT / "report"
    command = ["pdftoppm", "-png", "-r", "80", "-f", "3", "-l", "3", "-singlefile", str(pdf), str(target)]
    subprocess.run(command, check=True)
    keep(target.with_suffix(".png"))


def main() -> None:
    """Make an instance, fill it, photograph it, throw it away."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cumple-screenshots-") as folder:
        instance = Path(folder)
        cumple(instance, "db", "upgrade")
        cumple(instance, "demo")
        app = create_app({"INSTANCE_PATH": str(instance)})
        with serve(app) as address, chromium() as browser:
            take_all(app, address, browser)
        take_report(instance)


if __name__ == "__main__":
    main()
